const { registerOverriddenValidators } = require("@medusajs/medusa")
const { AdminPostProductsReq: Create } = require("@medusajs/medusa/dist/api/routes/admin/products/create-product")
const { AdminPostProductsProductReq: Update } = require("@medusajs/medusa/dist/api/routes/admin/products/update-product")
const { IsArray, IsInt, IsOptional, IsString } = require("class-validator")
const { FIELDS } = require("../fields")

const CHECKS = { int: IsInt(), jsonb: IsArray() }

const accept = (Request) => {
	for (const [field, type] of Object.entries(FIELDS)) {
		IsOptional()(Request.prototype, field)
		;(CHECKS[type] || IsString())(Request.prototype, field)
	}
	registerOverriddenValidators(Request)
}

// Medusa finds validators by their classes' names.
accept(class AdminPostProductsReq extends Create {})
accept(class AdminPostProductsProductReq extends Update {})
