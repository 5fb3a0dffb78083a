const jwt = require("jsonwebtoken")

Object.defineProperty(exports, "__esModule", { value: true })

module.exports.POST = async (request, response) => {
	const { email, password } = request.body
	const manager = request.scope.resolve("manager")
	const auth = request.scope.resolve("authService")
	const { success, customer } = await manager.transaction((transaction) =>
		auth.withTransaction(transaction).authenticateCustomer(email, password),
	)
	if (!success) return response.status(401).json({ type: "unauthorized", message: "Invalid email or password" })
	const { projectConfig } = request.scope.resolve("configModule")
	const token = { customer_id: customer.id, domain: "store" }
	response.json({ access_token: jwt.sign(token, projectConfig.jwt_secret, { expiresIn: "1d" }) })
}
