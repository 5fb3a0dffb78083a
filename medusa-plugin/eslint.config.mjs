import js from "@eslint/js"
import medusa from "@medusajs/eslint-plugin"
import tseslint from "typescript-eslint"

export default tseslint.config(
	{ ignores: [".medusa/"] },
	js.configs.recommended,
	tseslint.configs.recommended,
	medusa.configs.recommended
)
