// For `medusa plugin:build`: what the server never loads, and so hasn't got installed, comes from the folder beside this file.
import { register } from "node:module"

const HOOKS = `
	const OURS = ["@medusajs/admin-bundler", "typescript"]
	export async function resolve(name, context, next) {
		return next(name, OURS.includes(name) ? { ...context, parentURL: ${JSON.stringify(import.meta.url)} } : context)
	}
`
register("data:text/javascript," + encodeURIComponent(HOOKS))
