import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"

import { answer, mustExist } from "../../../../erp"

/** An order in ERPNext, with the address of its Sales Order. */
export async function GET(request: MedusaRequest, response: MedusaResponse): Promise<void> {
	await mustExist(request)
	await answer(
		request,
		response,
		async (erpnext) => {
			const found = await erpnext.documents(request.params.id)
			const order = found && { ...found, url: erpnext.salesOrderUrl(found.sales_order_id) }
			return { order }
		},
		true
	)
}
