import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { expect, test, vi } from "vitest"

import { ERPNEXT } from "../src/modules/erpnext"
import tellErpnext, { config } from "../src/subscribers/hints"

type Told = Parameters<typeof tellErpnext>[0]

/** Have the subscriber hear an event; `found` is what Medusa's database has for a query. */
async function told(name: string, data: object, found: object[] = [], failure?: Error) {
	const hint = vi.fn(async () => {
		if (failure) throw failure
	})
	const warn = vi.fn()
	const graph = vi.fn(async () => ({ data: found }))
	const services: Record<string, unknown> = {
		[ERPNEXT]: { hint },
		[ContainerRegistrationKeys.LOGGER]: { warn },
		[ContainerRegistrationKeys.QUERY]: { graph },
	}
	const container = { resolve: (key: string) => services[key] }
	await tellErpnext({ event: { name, data }, container, pluginOptions: {} } as unknown as Told)
	return { hints: hint.mock.calls.flat(), warnings: warn.mock.calls.flat(), queries: graph.mock.calls.flat() }
}

test.each([
	["order.placed", { id: "order_1" }, {}],
	["customer.created", { id: "cus_1" }, {}],
	["order-edit.confirmed", { order_id: "order_1", actions: [] }, { id: "order_1" }],
	["order.fulfillment_created", { order_id: "order_1", fulfillment_id: "ful_1", no_notification: false }, { id: "ful_1" }],
	["order.return_received", { order_id: "order_1", return_id: "return_1" }, { id: "return_1" }],
])("%s is told by its ids alone", async (event, data, expected) => {
	const { id, order_id } = { ...data, ...expected } as { id: string; order_id?: string }
	const { hints, queries } = await told(event, data)
	expect(hints).toEqual([{ event, id, ...(order_id ? { order_id } : {}) }])
	expect(queries).toEqual([])
})

test.each([
	["payment.captured", "payment", { payment_collection: { order: { id: "order_1" } } }],
	["payment.refunded", "payment", { payment_collection: { order: { id: "order_1" } } }],
	["shipment.created", "fulfillment", { order: { id: "order_1" } }],
	["delivery.created", "fulfillment", { order: { id: "order_1" } }],
])("The order of %s is looked up", async (event, entity, found) => {
	const { hints, queries } = await told(event, { id: "part_1" }, [found])
	expect(hints).toEqual([{ event, id: "part_1", order_id: "order_1" }])
	expect(queries).toMatchObject([{ entity, filters: { id: "part_1" } }])
})

test.each([[[]], [[{ order: null }]], [[{}]]])("A part without an order is told alone: %j", async (found) => {
	const { hints } = await told("shipment.created", { id: "ful_1" }, found)
	expect(hints).toEqual([{ event: "shipment.created", id: "ful_1" }])
})

test("An event without an id isn't told", async () => {
	expect(await told("order.placed", {})).toMatchObject({ hints: [], warnings: [] })
})

test("A failure is a warning and no error", async () => {
	const { warnings } = await told("order.placed", { id: "order_1" }, [], new Error("ERPNext answered 503: no words"))
	expect(warnings).toEqual([
		"ERPNext wasn't told of order.placed order_1, and finds it later: ERPNext answered 503: no words",
	])
})

test("No event is subscribed to twice", () => {
	expect(new Set(config.event).size).toBe(config.event.length)
})
