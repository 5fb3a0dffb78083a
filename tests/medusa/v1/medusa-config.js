const shop = "http://127.0.0.1:8000"

module.exports = {
	projectConfig: {
		database_url: process.env.DATABASE_URL,
		database_type: "postgres",
		jwt_secret: "for-tests-only",
		cookie_secret: "for-tests-only",
		store_cors: shop,
		admin_cors: shop,
	},
	plugins: ["medusa-fulfillment-manual", "medusa-payment-manual"],
	// in this process, so that it needs no Redis; and nothing is cached, so that a wipe leaves nothing behind
	modules: {
		eventBus: { resolve: "@medusajs/event-bus-local" },
		cacheService: { resolve: "@medusajs/cache-inmemory", options: { ttl: 0 } },
	},
}
