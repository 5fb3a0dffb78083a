// What the storefront shows of a product besides Medusa's own fields.
exports.FIELDS = {
	item_code: "varchar",
	brand_name: "varchar",
	short_description: "text",
	ranking: "int",
	specifications: "jsonb", // [{label, description}]
}
