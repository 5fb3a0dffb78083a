import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ContainerRegistrationKeys, MedusaError } from "@medusajs/framework/utils"

import { ERPNEXT } from "../modules/erpnext"
import type ErpnextService from "../modules/erpnext/service"
import { ErpnextError } from "../modules/erpnext/service"

/**
 * Check that Medusa has an order.
 *
 * @param customerId whose it has to be
 * @throws MedusaError (404) where it hasn't, or it is another customer's
 */
export async function mustExist(request: MedusaRequest, customerId?: string): Promise<void> {
	const query = request.scope.resolve(ContainerRegistrationKeys.QUERY)
	const { id } = request.params
	const { data } = await query.graph({
		entity: "order",
		fields: ["id"],
		filters: { id, ...(customerId ? { customer_id: customerId } : {}) },
	})
	if (!data.length) {
		throw new MedusaError(MedusaError.Types.NOT_FOUND, `Order with id: ${id} was not found`)
	}
}

/**
 * Answer a request with what a call to ERPNext gives; with 503 and words where it fails.
 *
 * @param call makes the reply
 * @param showWords whether the caller may read why it failed
 */
export async function answer(
	request: MedusaRequest,
	response: MedusaResponse,
	call: (erpnext: ErpnextService) => Promise<object>,
	showWords: boolean
): Promise<void> {
	try {
		response.json(await call(request.scope.resolve(ERPNEXT)))
	} catch (error) {
		if (!(error instanceof ErpnextError)) {
			throw error
		}
		request.scope.resolve(ContainerRegistrationKeys.LOGGER).warn(`${request.method} ${request.path}: ${error.message}`)
		const message = showWords
			? error.message
			: "The order's deliveries and invoices can't be shown now. Try again later."
		response.status(503).json({ type: "erpnext_unavailable", message })
	}
}
