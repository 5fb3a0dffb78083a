import { afterEach, expect, test, vi } from "vitest"

import { HEADER, sign } from "../src/modules/erpnext/signature"

const SECRET = "whsec_0123456789abcdef"
const PATH = "/api/method/medusa_integration.api."

// The signatures come from `sign` of medusa_integration/signature.py, for the time 1767225600.123456.
const SIGNED = [
	[
		"POST",
		`${PATH}medusa_webhook`,
		'{"event":"order.placed","id":"order_01"}',
		"fec9b5a668b584597f375735cf088fb15ee655861347be4ef003a5d57584284a",
	],
	[
		"GET",
		`${PATH}get_order_documents?medusa_order_id=order_01`,
		"",
		"22a72d6f7898fbbc8083f7784d90d88033bf065a47bf3e399827e75201239bb7",
	],
	[
		"POST",
		`${PATH}get_order_documents`,
		'{"name":"عيادة ✓"}',
		"b91a8c0ff5b6439cbcf255e668cfb2dc591916f2ab85b673183d23981951eb17",
	],
]

afterEach(() => void vi.unstubAllGlobals())

test("The header has the name that ERPNext reads", () => {
	expect(HEADER).toBe("X-Medusa-Signature")
})

test.each(SIGNED)("ERPNext makes the same signature of %s %s %s", (method, target, body, signature) => {
	vi.stubGlobal("performance", { timeOrigin: 1767225600000, now: () => 123.456 })
	expect(sign(SECRET, method, target, body)).toBe(`t=1767225600.123456,v1=${signature}`)
})

test("The time is now, in seconds with six decimals", () => {
	const before = Date.now() / 1000
	const [, time] = /^t=(\d+\.\d{6}),v1=[0-9a-f]{64}$/.exec(sign(SECRET, "POST", PATH, "{}")) ?? []
	expect(Math.abs(Number(time) - before)).toBeLessThan(5)
})
