import type { MedusaContainer, SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"

import { ERPNEXT } from "../modules/erpnext"
import type ErpnextService from "../modules/erpnext/service"
import type { Hint } from "../modules/erpnext/service"

/** What an event carries, by its kind: the ids alone. */
type Payload = { id?: string; order_id?: string; fulfillment_id?: string; return_id?: string }

/**
 * Tell ERPNext what has happened, at once. Medusa isn't kept waiting: it runs its subscribers when the change is made.
 * What ERPNext can't be told it finds itself when it next asks Medusa, so a failure is logged and nothing else.
 */
export default async function tellErpnext({ event, container }: SubscriberArgs<Payload>): Promise<void> {
	const { name, data } = event
	try {
		const erpnext: ErpnextService = container.resolve(ERPNEXT)
		const hint = await hintOf(name, data, container)
		if (hint) {
			await erpnext.hint(hint)
		}
	} catch (error) {
		const logger = container.resolve(ContainerRegistrationKeys.LOGGER)
		const id = data?.order_id ?? data?.id ?? ""
		logger.warn(`ERPNext wasn't told of ${name} ${id}, and finds it later: ${(error as Error).message}`)
	}
}

export const config: SubscriberConfig = {
	event: [
		"order.placed",
		"order.updated",
		"order.canceled",
		"order.completed",
		"order.fulfillment_created",
		"order.fulfillment_canceled",
		"order.return_requested",
		"order.return_received",
		"order-edit.confirmed",
		"shipment.created",
		"delivery.created",
		"payment.captured",
		"payment.refunded",
		"customer.created",
		"customer.updated",
		"customer.deleted",
	],
	context: { subscriberId: "medusa-plugin-erpnext" },
}

/** @returns null where the event is about nothing that ERPNext could read */
async function hintOf(event: string, data: Payload, container: MedusaContainer): Promise<Hint | null> {
	const id = data.fulfillment_id ?? data.return_id ?? data.id ?? data.order_id
	if (!id) {
		return null
	}
	const order = data.order_id ?? (await orderOf(event, id, container))
	return { event, id, ...(order ? { order_id: order } : {}) }
}

// The events that carry the id of a part of an order alone, and where Medusa keeps the order's.
const PARTS: Record<string, { entity: string; path: string[] }> = {
	"payment.captured": { entity: "payment", path: ["payment_collection", "order", "id"] },
	"payment.refunded": { entity: "payment", path: ["payment_collection", "order", "id"] },
	"shipment.created": { entity: "fulfillment", path: ["order", "id"] },
	"delivery.created": { entity: "fulfillment", path: ["order", "id"] },
}

async function orderOf(event: string, id: string, container: MedusaContainer): Promise<string | undefined> {
	const part = PARTS[event]
	if (!part) {
		return undefined
	}
	const query = container.resolve(ContainerRegistrationKeys.QUERY)
	const { data } = await query.graph({
		entity: part.entity,
		fields: ["id", part.path.join(".")],
		filters: { id },
	})
	let found: unknown = data[0]
	for (const name of part.path) {
		found = (found as Record<string, unknown> | undefined)?.[name]
	}
	return found as string | undefined
}
