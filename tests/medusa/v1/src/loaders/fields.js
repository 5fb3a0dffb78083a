const admin = require("@medusajs/medusa/dist/api/routes/admin/products")
const store = require("@medusajs/medusa/dist/api/routes/store/products")
const { FIELDS } = require("../fields")

// Replies carry only the fields in these lists.
module.exports.default = () => {
	for (const list of [admin.defaultAdminProductFields, store.defaultStoreProductsFields, store.allowedStoreProductsFields])
		list.push(...Object.keys(FIELDS))
}
