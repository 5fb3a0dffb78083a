Object.defineProperty(exports, "__esModule", { value: true })

module.exports.POST = async (request, response) => {
	const { email, password, first_name, last_name, phone, organization_name, t_c_acceptance } = request.body
	const customers = request.scope.resolve("customerService")
	const manager = request.scope.resolve("manager")
	const metadata = { organization_name, t_c_acceptance, origin: request.headers.origin, referer: request.headers.referer }
	try {
		const made = await manager.transaction((transaction) =>
			customers.withTransaction(transaction).create({ email, password, first_name, last_name, phone, metadata }),
		)
		response.json({ customer_id: made.id, message: "Account created", isSuccess: 1 })
	} catch (error) {
		if (error.type !== "duplicate_error") throw error
		response.status(409).json({ type: "duplicate_error", message: error.message })
	}
}
