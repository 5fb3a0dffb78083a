"""Medusa v2: the barcodes of variants. Medusa refuses one that another variant has."""

from medusa_integration.medusa import identifiers
from medusa_integration.medusa.errors import MedusaClash, MedusaError, MedusaRejected, NotSendable
from medusa_integration.medusa.identifiers import BARCODE_TAKEN, BARCODES, taken
from medusa_integration.medusa.v2.shop import Shop

# Of products that are looked up.
IDENTIFIER_FIELDS = ",".join(
	(
		"type.id",
		"type.value",
		"tags.id",
		"tags.value",
		"categories.id",
		*identifiers.OF_PRODUCTS,
		*(f"variants.{key}" for key in identifiers.OF_VARIANTS),
	)
)


class Barcodes(Shop):
	def give_up_barcodes(self, work: list[tuple[dict, dict]]) -> None:
		"""Clear barcodes that one product of a call gives up and another one gets. Each gets its own afterwards.

		:param work: (payload, product as Medusa has it), both to be written
		"""
		wanted = {(key, product.get(key)) for product, _found in work for key in BARCODES if product.get(key)}
		for product, found in work:
			row: dict = next((each for each in found["variants"] if each["id"] == found["own_variant"]), {})
			given = [
				key
				for key in BARCODES
				if row.get(key) and row[key] != product.get(key) and (key, row[key]) in wanted
			]
			if given:
				body = {"update": [{"id": row["id"], **dict.fromkeys(given)}]}
				self.client.post(f"/admin/products/{found['id']}/variants/batch", body, {"fields": "id"})

	def barcode_error(self, error: MedusaRejected, own: str | None) -> MedusaError | None:
		"""The error of a product whose barcode another variant has; None for another refusal. A product of ours may give the
		barcode up when it is sent itself.

		:param own: the id of the product that was refused
		"""
		found = taken(error.message)
		if not found:
			return None
		column, value = found
		fields = "id,sku,product_id,product.title,product.external_id"
		rows = self.client.get("/admin/product-variants", {f"{column}[]": [value], "fields": fields})[
			"variants"
		]
		holders = [row for row in rows if row["product_id"] != own]
		names = ", ".join(f"{row['product']['title']} ({row['sku'] or row['id']})" for row in holders)
		problem = NotSendable(BARCODE_TAKEN, value, names)
		if holders and not any(row["product"]["external_id"] for row in holders):
			return problem
		return MedusaClash(problem.message, status_code=error.status_code, type=error.type)
