"""Templates of the tests, and what Medusa has of their options and variants."""

import frappe

from tests.support.factories import template, variant

SHIRTS = {
	"SHIRT-L-BLUE": {"Size": "L", "Colour": "Blue"},
	"SHIRT-M-RED": {"Size": "M", "Colour": "Red"},
	"SHIRT-S-RED": {"Size": "S", "Colour": "Red"},
}


def become(value: str = "Options of one product") -> None:
	"""Set *Variants become*, without the events of a save."""
	frappe.db.set_single_value("Medusa Configuration", "variants_become", value)
	frappe.db.commit()


def shirts(variants: dict[str, dict[str, str]] | None = None, **values):
	"""The Website Item of a template of shirts, with three variants or these."""
	become()
	page = template("SHIRT", {"Size": ["S", "M", "L", "XL"], "Colour": ["Red", "Blue"]}, **values)
	for code, options in (SHIRTS if variants is None else variants).items():
		variant("SHIRT", code, options)
	frappe.db.commit()
	return page


def shop_product(medusa, page: str) -> dict:
	"""The product of a Website Item: `id`, `title`, `status`, `images`, `metadata`, `options` (`{title: values in their order}`),
	and `variants` in their order, each with `id`, `sku`, `title`, `rank`, `metadata`, `values` by option, and its own fields.
	"""
	return (_of_v2 if medusa.version == "v2" else _of_v1)(medusa, page)


def _of_v2(medusa, page: str) -> dict:
	fields = (
		"id,title,status,handle,metadata,images.url,sales_channels.id,options.id,options.title,options.values.value,options.values.rank,*variants,"
		"variants.options.value,variants.options.option_id"
	)
	params = {"external_id[]": [page], "fields": fields}
	(row,) = medusa.admin("GET", "/admin/products", params=params)["products"]
	title_of = {option["id"]: option["title"] for option in row["options"]}
	row["options"] = {
		option["title"]: [
			each["value"]
			for each in sorted(option["values"], key=lambda each: (each["rank"] is None, each["rank"] or 0))
		]
		for option in row["options"]
	}
	for each in row["variants"]:
		each["rank"] = each["variant_rank"]
		each["values"] = {title_of[value["option_id"]]: value["value"] for value in each["options"]}
	row["variants"].sort(key=lambda each: (each["rank"] or 0, each["sku"] or ""))
	return row


def _of_v1(medusa, page: str) -> dict:
	id = frappe.db.get_value("Website Item", page, "medusa_id")
	row = medusa.admin(
		"GET",
		f"/admin/products/{id}",
		params={"expand": "options,options.values,variants,variants.options,images"},
	)["product"]
	title_of = {option["id"]: option["title"] for option in row["options"]}
	for each in row["variants"]:
		each["rank"] = each["variant_rank"]
		each["values"] = {title_of[value["option_id"]]: value["value"] for value in each["options"]}
	row["variants"].sort(key=lambda each: (each["rank"] or 0, each["sku"] or ""))
	row["options"] = {
		title: list(
			dict.fromkeys(each["values"][title] for each in row["variants"] if title in each["values"])
		)
		for title in title_of.values()
	}
	return row


def add_own_variant(medusa, product: dict, sku: str, values: dict[str, str]) -> str:
	"""A variant that somebody adds to a product by hand. Returns its id."""
	if medusa.version == "v2":
		body = {"title": sku, "sku": sku, "options": values, "prices": []}
		reply = medusa.admin("POST", f"/admin/products/{product['id']}/variants/batch", {"create": [body]})
		return reply["created"][0]["id"]
	row = medusa.admin("GET", f"/admin/products/{product['id']}", params={"expand": "options"})["product"]
	options = [{"option_id": option["id"], "value": values[option["title"]]} for option in row["options"]]
	body = {"title": sku, "sku": sku, "inventory_quantity": 0, "prices": [], "options": options}
	row = medusa.admin("POST", f"/admin/products/{product['id']}/variants", body)["product"]
	return next(each["id"] for each in row["variants"] if each["sku"] == sku)
