"""The doctor's comparison of Website Items and products, page by page."""

from collections import defaultdict
from collections.abc import Iterable

import frappe

from medusa_integration.medusa import sold_in
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.identifiers import OF_PRODUCTS, OF_VARIANTS
from medusa_integration.medusa.matching import OWN_TITLE, OwnVariant, has_others
from medusa_integration.medusa.owners import PICTURES, addresses, categories, moves_collection, pictures
from medusa_integration.operations.differences import Findings
from medusa_integration.operations.doctor_variants import compare_variants
from medusa_integration.products import collections_to_medusa, identifiers, product_payloads, shop_items

FIELDS = (
	"title", "description", "status", "thumbnail", "origin_country", "discountable",
	"item_code", "brand_name", "short_description", "ranking", "specifications", *OF_PRODUCTS,
)  # fmt: skip
VARIANT_FIELDS = ("sku", "allow_backorder", "manage_inventory", "origin_country", *OF_VARIANTS)
NOT_SENT = "a value that isn't sent"


class ProductComparison:
	"""Compares pages of products. Call `finish` after the last page.

	:param ids: of the products that were found, by Website Item
	:param extra_codes: `{product id: item code}` of the products of deleted Website Items
	"""

	def __init__(self, medusa: Dialect, findings: Findings) -> None:
		self.medusa = medusa
		self.findings = findings
		self.ids: dict[str, list[str]] = defaultdict(list)
		self.extra_codes: dict[str, str] = {}
		self.own_collections = set(collections_to_medusa.wanted())

	def compare(self, page: list[dict]) -> None:
		"""Compare one page of the shop's products."""
		self.findings.compared["product"] += len(page)
		name_of = _names(page)
		wanted = product_payloads.payloads([name for name in name_of.values() if name])
		self._note_unsent(list(wanted))
		for product in page:
			name = name_of[product["id"]]
			if name in wanted:
				if not self.ids[name] or product["id"] == wanted[name]["id"]:
					self._compare_product(wanted[name], product)
				self.ids[name].append(product["id"])
			elif name and (
				code := _value(product, "item_code")
			):  # made by the app, not by hand or by another tool
				self.extra_codes[product["id"]] = code
				shared = has_others(OwnVariant("", code), product)
				words = "variants of the shop's own stay" if shared else ""
				self.findings.add("extra", "product", name, words, product["title"], id=product["id"])

	def _note_unsent(self, names: list[str]) -> None:
		"""Note the values of Items that aren't sent, as a weight in a unit without conversion."""
		items = frappe.get_all(
			"Website Item", {"name": ("in", names or [""])}, ["name", "item_code"], order_by=None
		)
		for name, words in sorted(identifiers.problems(items).items()):
			self.findings.note("not sent", NOT_SENT, name, words)

	def finish(self) -> None:
		"""Add the products that are missing in Medusa, and those that exist twice."""
		known = {item.name: item.medusa_id for item in shop_items.items()}
		for name in known.keys() - self.ids.keys():
			self.findings.add("missing", "product", name)
		for name, ids in self.ids.items():
			kept = known.get(name) if known.get(name) in ids else ids[0]
			self.findings.compare("medusa_id", name, known.get(name), kept)
			for id in ids:
				if id != kept:
					self.findings.add("doubled", "product", name, ours=known.get(name), theirs=id, id=id)

	def _compare_product(self, wanted: dict, product: dict) -> None:
		name, left = wanted["external_id"], set(wanted["left_to_shop"])
		there = addresses(product)
		if wanted["sent_images"] is not None:
			wanted = {**wanted, **pictures(wanted, {**product, "images": there})}
			left.difference_update(PICTURES)
		for field in (*FIELDS, *wanted["metadata"]):
			if field not in left:
				ours = wanted[field] if field in wanted else wanted["metadata"][field]
				self.findings.compare(field, name, ours, _value(product, field))
		if "images" not in left:
			self.findings.compare("images", name, sorted(wanted["images"]), sorted(there))
		self._compare_links(wanted, product)
		if "variants" in wanted:
			compare_variants(self.findings, wanted, product)
		else:
			self._compare_variant(wanted, product)

	def _compare_links(self, wanted: dict, product: dict) -> None:
		"""Compare handle, collection, sales channel and shipping profile, as far as a sending would write them. The handle of
		a product that the app didn't create is the shop's own choice."""
		name, owners = wanted["external_id"], wanted["owners"]
		route_handle = "" if self.medusa.finds_by_handle else wanted.get("route_handle")
		if handle := wanted["own_handle"] or route_handle:
			self.findings.compare("handle", name, handle, product["handle"])
		self._compare_brand(wanted, product)
		collection = (product.get("collection") or {}).get("id")  # collection_id may name a deleted one
		is_right = (
			product["collection_id"] == wanted["collection_id"]
		)  # a deleted one is a finding of its own
		if not is_right and moves_collection(owners["collection_id"], collection, self.own_collections):
			self.findings.compare("collection_id", name, wanted["collection_id"], collection)
		# A deleted channel is still linked, and null.
		channels = {channel["id"] for channel in product.get("sales_channels") or () if channel}
		add, remove = sold_in.changes(wanted, channels, self.medusa.sales_channel)
		if add or remove:
			ours = ", ".join(sorted(channels - remove | add))
			self.findings.add("different", "sales_channel", name, ours, ", ".join(sorted(channels)))
		self._compare_categories(wanted, product)
		profile = (product.get("shipping_profile") or {}).get("id")
		if self.medusa.sets_shipping_profile(owners["shipping_profile"], profile):
			self.findings.compare("shipping_profile", name, self.medusa.shipping_profile, profile)

	def _compare_categories(self, wanted: dict, product: dict) -> None:
		found = {each["id"] for each in product.get("categories") or () if each}
		owner, former = wanted.get("categories_owner", ""), set(wanted["former_categories"])
		target = categories(owner, found, wanted["category_ids"], former)
		if target is not None:
			ours, theirs = ", ".join(sorted(target)), ", ".join(sorted(found))
			self.findings.add("different", "categories", wanted["external_id"], ours, theirs)

	def _compare_brand(self, wanted: dict, product: dict) -> None:
		"""Compare the product type or tag of the brand; tags of the shop's own stay."""
		kind, brand = wanted.get("brand_link") or ("", "")
		if kind == "type":
			self.findings.compare(
				"type", wanted["external_id"], brand, (product.get("type") or {}).get("value")
			)
		tags = [tag["value"] for tag in product.get("tags") or ()]
		if kind == "tag" and brand not in tags:
			self.findings.add("different", "tag", wanted["external_id"], brand, ", ".join(tags))

	def _compare_variant(self, wanted: dict, product: dict) -> None:
		name = wanted["external_id"]
		own = next((v for v in product["variants"] if v["id"] == wanted["variant_id"]), None)
		if not own:
			self.findings.add("missing", "variant", name, ours=wanted["variant_id"])
			return
		left = {*wanted["left_to_shop"], *(["manage_inventory"] if own.get("counts_parts") else ())}
		for field in VARIANT_FIELDS:
			if field not in left and (
				field != "origin_country" or wanted[field] == product[field]
			):  # else the product's own field differs already
				self.findings.compare(field, name, wanted[field], own[field])
		if wanted["own_handle"]:
			self.findings.compare("variant title", name, OWN_TITLE, own["title"])


def _names(page: list[dict]) -> dict[str, str]:
	"""`{product id: Website Item}`: the one that has the product's id, else the one that the product names;
	"" for none.

	v1 has no external id. Its products have the item code, in a column of the storefront's extension.
	"""
	by_id = _website_items("medusa_id", [product["id"] for product in page])
	codes = {product["id"]: product.get("item_code") for product in page if not product["external_id"]}
	by_code = _website_items("item_code", filter(None, codes.values()))
	names = {}
	for product in page:
		id, code = product["id"], codes.get(product["id"])
		names[id] = by_id.get(id) or product["external_id"] or by_code.get(code, code) or ""
	return names


def _website_items(field: str, values: Iterable[str]) -> dict[str, str]:
	filters = {field: ("in", [*values, ""])}
	return dict(frappe.get_all("Website Item", filters, [field, "name"], as_list=True, order_by="name"))


def _value(product: dict, field: str) -> object:
	"""A product's field, which is in the metadata where Medusa has no column for it."""
	return product[field] if field in product else (product["metadata"] or {}).get(field)
