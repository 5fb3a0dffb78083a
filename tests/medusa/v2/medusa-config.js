const { defineConfig } = require("@medusajs/framework/utils")

const shop = "http://127.0.0.1:8000"

module.exports = defineConfig({
	projectConfig: {
		databaseUrl: process.env.DATABASE_URL,
		http: {
			jwtSecret: "for-tests-only",
			cookieSecret: "for-tests-only",
			storeCors: shop,
			adminCors: shop,
			authCors: shop,
		},
	},
	admin: { disable: true },
})
