const { Column, Entity } = require("typeorm")
const { Product: MedusaProduct } = require("@medusajs/medusa/dist/models/product")
const { FIELDS } = require("../fields")

class Product extends MedusaProduct {}
for (const [field, type] of Object.entries(FIELDS)) Column({ type, nullable: true })(Product.prototype, field)
Entity()(Product)

module.exports = { Product }
