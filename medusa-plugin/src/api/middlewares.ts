import { authenticate, defineMiddlewares } from "@medusajs/framework/http"

// Medusa itself lets only its users in at /admin.
export default defineMiddlewares({
	routes: [
		{
			matcher: "/store/erp/*",
			middlewares: [authenticate("customer", ["session", "bearer"])],
		},
	],
})
