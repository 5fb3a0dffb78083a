// `make lint` copies this file to .cache/eslint, beside the packages, and runs it from the repository's root.
import js from "@eslint/js"
import globals from "globals"

// What Frappe's Desk puts on the page, and the app's own namespace (frappe.provide).
const DESK = ["frappe", "__", "cur_frm", "cint", "flt", "format_number", "medusa_integration"]

export default [
	{ linterOptions: { reportUnusedDisableDirectives: "error" } },
	js.configs.recommended,
	{
		files: ["medusa_integration/**/*.js"],
		languageOptions: {
			sourceType: "script",
			globals: {
				...globals.browser,
				...globals.jquery,
				...Object.fromEntries(DESK.map((name) => [name, "readonly"])),
			},
		},
	},
	{
		files: ["tools/demo/shop/static/**/*.js"],
		languageOptions: { sourceType: "module", globals: globals.browser },
	},
]
