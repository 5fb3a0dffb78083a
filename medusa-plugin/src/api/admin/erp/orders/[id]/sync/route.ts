import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"

import { answer, mustExist } from "../../../../../erp"

/** Have ERPNext read an order again. */
export async function POST(request: MedusaRequest, response: MedusaResponse): Promise<void> {
	await mustExist(request)
	await answer(
		request,
		response,
		async (erpnext) => {
			await erpnext.hint({ event: "order.updated", id: request.params.id })
			return { id: request.params.id, queued: true }
		},
		true
	)
}
