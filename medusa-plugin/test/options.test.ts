import { expect, test } from "vitest"

import { checkOptions } from "../src/modules/erpnext/options"

const SECRET = "whsec_0123456789abcdef"
const FINE = { erpUrl: "https://erp.example.com", signingSecret: SECRET }

test("The time-out has a default", () => {
	expect(checkOptions(FINE)).toEqual({ ...FINE, timeout: 5000 })
})

test("A slash behind the address, and options of Medusa's own, are left out", () => {
	const options = { ...FINE, erpUrl: "http://127.0.0.1:8000/", timeout: 100, database: {} }
	expect(checkOptions(options)).toEqual({ ...FINE, erpUrl: "http://127.0.0.1:8000", timeout: 100 })
})

test.each([
	[{ erpUrl: undefined }, "erpUrl is missing"],
	[{ erpUrl: "erp.example.com" }, "erpUrl is no URL"],
	[{ erpUrl: "ftp://erp.example.com" }, "erpUrl has to begin with"],
	[{ erpUrl: "https://a:b@erp.example.com" }, "a user or a password"],
	[{ erpUrl: "https://erp.example.com/app" }, "without a path"],
	[{ erpUrl: "https://erp.example.com?x=1" }, "without a path"],
	[{ signingSecret: "" }, "signingSecret is missing"],
	[{ signingSecret: `${SECRET}\n` }, "signingSecret must not begin or end"],
	[{ timeout: 99 }, "timeout has to be"],
	[{ timeout: 60_001 }, "timeout has to be"],
	[{ timeout: "5000" }, "timeout has to be"],
])("%j is refused", (wrong, words) => {
	expect(() => checkOptions({ ...FINE, ...wrong })).toThrow(words)
})

test("One error names all that is wrong, and never the secret", () => {
	const check = () => checkOptions({ erpUrl: "", signingSecret: ` ${SECRET}`, timeout: 0 })
	expect(check).toThrow(/erpUrl.*signingSecret.*timeout/)
	expect(check).not.toThrow(SECRET)
	expect(() => checkOptions(undefined)).toThrow(/erpUrl is missing.*signingSecret is missing/)
})
