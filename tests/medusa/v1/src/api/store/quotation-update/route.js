Object.defineProperty(exports, "__esModule", { value: true })

module.exports.POST = async (request, response) => {
	const id = request.query.quot_id
	if (!id) return response.status(400).json({ type: "invalid_data", message: "quot_id is required" })
	await request.scope.resolve("manager").query(
		"insert into quotation (id, body) values ($1, $2) on conflict (id) do update set body = $2",
		[id, JSON.stringify(request.body)],
	)
	response.json({ message: "Quotation updated successfully", quot_id: id })
}
