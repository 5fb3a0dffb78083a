const { authenticate } = require("@medusajs/medusa")

module.exports.config = {
	routes: ["/store/order-update", "/store/quotation-update"].map((matcher) => ({
		matcher,
		method: ["POST"],
		middlewares: [authenticate()], // an admin's: these aren't for the shop's visitors
	})),
}
