import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"

import { answer, mustExist } from "../../../../erp"

/** An order of the customer who is signed in: its status in ERPNext, its deliveries and its invoices. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse): Promise<void> {
	const customer = request.auth_context.actor_id
	await mustExist(request, customer)
	await answer(
		request,
		response,
		async (erpnext) => {
			const found = await erpnext.documents(request.params.id, customer)
			const { status = null, deliveries = [], invoices = [] } = found ?? {}
			return { order: { id: request.params.id, status, deliveries, invoices } }
		},
		false
	)
}
