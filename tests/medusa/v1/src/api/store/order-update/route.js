Object.defineProperty(exports, "__esModule", { value: true })

module.exports.POST = async (request, response) => {
	const id = request.query.order_id
	const orders = request.scope.resolve("orderService")
	await orders.retrieve(id, { select: ["id"] }) // 404 where there is none
	const manager = request.scope.resolve("manager")
	await manager.transaction((transaction) => orders.withTransaction(transaction).update(id, { metadata: request.body }))
	response.json({ message: "Order updated successfully", order_id: id })
}
