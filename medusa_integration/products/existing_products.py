"""Products that were in the shop before the app: which of them is the product of which Website Item.

A product matches by its variant's SKU, which is the item code. SKUs and names are compared without case, outer and double
spaces, and differences of Unicode forms.

Source: docs/link-existing-shop.md
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

import frappe
from frappe import _

from medusa_integration import sold_variants
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.handles import ending, slug
from medusa_integration.medusa.matching import folded
from medusa_integration.medusa.sku_moves import Holder, temporary_sku
from medusa_integration.plain_text import as_typed, clean
from medusa_integration.products.shared_products import shared_product

DOCTYPE = "Website Item"


@dataclass
class Match:
	"""A Website Item and the product that matches it."""

	item: frappe._dict
	product: dict

	@property
	def variant_id(self) -> str:
		sku = sku_of(self.item)
		variants = self.product["variants"]
		exact = [variant for variant in variants if variant["sku"] == sku]
		alike = [variant for variant in variants if folded(variant["sku"]) == folded(sku)]
		return [*exact, *alike][0]["id"]

	@property
	def replaced_id(self) -> str:
		"""The product's external id where it is another one, of another tool for instance; "" where linking replaces none."""
		external_id = self.product["external_id"] or ""
		return "" if external_id == self.item.name else external_id


@dataclass
class Matches:
	"""Website Items with a clear match, with an unclear match and the reason, and without a match."""

	matches: list[Match] = field(default_factory=list)
	conflicts: list[tuple[frappe._dict, str]] = field(default_factory=list)
	unmatched: list[frappe._dict] = field(default_factory=list)


class ShopIndex:
	"""Products of the shop by SKU, and those without SKU by name."""

	def __init__(self) -> None:
		self.by_sku: dict[str, list[dict]] = defaultdict(list)
		self.by_name: dict[str, list[dict]] = defaultdict(list)

	def add(self, product: dict) -> None:
		"""Add a product, as Dialect.names_in_pages has it."""
		skus = {folded(variant["sku"]) for variant in product["variants"]} - {""}
		for sku in skus:
			self.by_sku[sku].append(product)
		if not skus:
			for name in {folded(product["title"]), product["handle"] or ""} - {""}:
				self.by_name[name].append(product)

	def of_sku(self, item: frappe._dict) -> list[dict]:
		"""The products with the item's SKU: those that have exactly it, else those that have it but for case and spaces."""
		sku = sku_of(item)
		found = self.by_sku.get(folded(sku), [])
		exact = [each for each in found if sku in {variant["sku"] for variant in each["variants"]}]
		return exact or found

	def of_name(self, item: frappe._dict) -> list[dict]:
		"""The products without SKU that have the item's name, or a handle made of it."""
		title = as_typed(item.web_item_name) or item.item_code
		found = [*self.by_name.get(folded(title), ()), *self.by_name.get(slug(title), ())]
		return list({each["id"]: each for each in found}.values())

	def may_have(self, item: frappe._dict) -> bool:
		"""Whether the shop has a product with the SKU of a Website Item, or of a variant that it sells, or with its name. If not,
		ERPNext's records of the shop's products needn't be read.

		:param item: with `sold`, the item codes of its variants, where it is a template's
		"""
		variants = any(folded(clean(code)) in self.by_sku for code in item.sold or ())
		return variants or bool(self.of_sku(item) or self.of_name(item))


def shop_index(medusa: Dialect) -> ShopIndex:
	"""The shop's products by SKU and name, read once in a drain. Products that the app makes meanwhile aren't in it."""
	if "shop index" not in medusa.known:
		index = ShopIndex()
		for page in medusa.names_in_pages():
			for product in page:
				index.add(product)
		medusa.known["shop index"] = index
	return medusa.known["shop index"]


def sku_of(item: frappe._dict) -> str:
	"""The sku that a Website Item's variant has in Medusa."""
	return clean(item.item_code)


def sku_for(variant: Holder) -> str | None:
	"""The SKU that a variant should have, where a Website Item or an Item has it as its own; else None. One whose Item another
	product is to sell, as after a change of *Variants become*, gives up its SKU for a temporary one."""
	ids = {"medusa_id": variant.product_id, "medusa_variant_id": variant.variant_id}
	page = frappe.db.get_value(DOCTYPE, ids, ["name", "item_code"], order_by=None)
	name, item_code = page or (
		frappe.db.get_value(DOCTYPE, {"medusa_id": variant.product_id}, "name", order_by=None),
		frappe.db.get_value("Item", {"medusa_variant_id": variant.variant_id}, order_by=None),
	)
	if not (name and item_code):
		return None
	is_leaving = sold_variants.products_of([item_code]).get(item_code, name) != name
	return temporary_sku(variant) if is_leaving else clean(item_code)


def compare(items: Iterable[frappe._dict], index: ShopIndex, without: Container[str] = ()) -> Matches:
	"""Match Website Items to products, in a constant number of queries.

	:param items: with `name`, `item_code` and `web_item_name`
	:param without: ids of products that match nothing
	"""
	items = list(items)
	of_sku = {item.name: _except(without, index.of_sku(item)) for item in items}
	of_name = {item.name: _except(without, index.of_name(item)) for item in items if not of_sku[item.name]}
	others = _Others(product for found in (of_sku, of_name) for every in found.values() for product in every)
	matches = Matches()
	for item in items:
		of_sku[item.name] = [each for each in of_sku[item.name] if not others.gives_up(each, item)]
		candidates = [each for each in of_sku[item.name] if not others.is_anothers(each, item)]
		namesakes = [each for each in of_name.get(item.name, ()) if not others.is_anothers(each, item)]
		if of_sku[item.name] and not candidates:
			candidates = of_sku[item.name]
		if candidates:
			reason = _conflict(item, candidates, others)
		elif any(has_name_of(item, each) for each in namesakes):
			reason = ""  # its own, without its variant, which the sending makes again
		else:
			reason = _same_name(item, namesakes) if namesakes else ""
		if reason:
			matches.conflicts.append((item, reason))
		elif candidates:
			matches.matches.append(Match(item, candidates[0]))
		else:
			matches.unmatched.append(item)
	return matches


def already_there(
	items: Iterable[frappe._dict], index: ShopIndex, leaving: Container[str] = ()
) -> dict[str, str]:
	"""`{Website Item: what to do}` of those, none of them a template's, that the shop has already, or may have, as products that the app didn't make.

	:param leaving: ids of products that the app is about to delete; Medusa refuses their SKUs until then, and the row waits
	"""
	found = compare(items, index, leaving)
	reasons = {item.name: reason for item, reason in found.conflicts if not item.former_variant}
	for match in found.matches:
		if not is_made_for(match.item, match.product):
			sku = next(each["sku"] for each in match.product["variants"] if each["id"] == match.variant_id)
			reasons[match.item.name] = link_it(match.product, sku)
	return reasons


def is_made_for(item: frappe._dict, product: dict) -> bool:
	"""Whether the app made a product, for a Website Item."""
	return bool(product.get("item_code")) or has_name_of(item, product)


def has_name_of(item: frappe._dict, product: dict) -> bool:
	"""Whether a product has the name of a Website Item, present or former, as the app writes it."""
	names = (item.name, *(item.former or ()))
	# v1 keeps no external id. A handle that the app made ends with the Website Item's name.
	return product["external_id"] in names or any(
		f"-{product['handle']}".endswith(f"-{ending(name)}") for name in names
	)


def link_it(product: dict, sku: str) -> str:
	"""The advice to link a product that was in the shop before."""
	return _(
		"A product with this item code as its SKU already exists in the shop: {0}, SKU {1}. Choose Link existing products in the Medusa Configuration. The row is sent by itself then."
	).format(product["title"], sku)


def _except(without: Container[str], products: list[dict]) -> list[dict]:
	return [product for product in products if product["id"] not in without]


class _Others:
	"""The Website Items that given products are linked to, name as external id, or share a sku with."""

	def __init__(self, products: Iterable[dict]) -> None:
		products = list({product["id"]: product for product in products}.values())
		linked = _website_items("medusa_id", {product["id"] for product in products})
		named = _website_items("name", {p["external_id"] for p in products if p["external_id"]})
		skus = {clean(v["sku"]) for product in products for v in product["variants"] if v["sku"]}
		self.linked = {row.medusa_id: row for row in linked}
		self.linked_to = {id: row.name for id, row in self.linked.items()}
		self.names = {row.name for row in named}
		of_sku = _website_items("item_code", skus)
		self.of_sku = {folded(row.item_code): row.name for row in of_sku}
		self.template_of = {folded(row.item_code): row.variant_of for row in of_sku}

	def gives_up(self, product: dict, item: frappe._dict) -> bool:
		"""Whether a product has the item's sku only until the Website Item that it is linked to is sent, whose code is another
		by now."""
		holder = self.linked.get(product["id"])
		if not holder or holder.name == item.name or folded(sku_of(holder)) == folded(sku_of(item)):
			return False
		alike = [v["id"] for v in product["variants"] if folded(v["sku"]) == folded(sku_of(item))]
		return alike == [holder.medusa_variant_id]

	def is_anothers(self, product: dict, item: frappe._dict) -> bool:
		"""Whether a product is that of another Website Item."""
		linked = self.linked_to.get(product["id"], item.name)
		external_id = product["external_id"]
		return linked != item.name or (external_id != item.name and external_id in self.names)


def _conflict(item: frappe._dict, candidates: list[dict], others: _Others) -> str:
	"""The reason why an item's match isn't clear; "" for a clear one."""
	product = candidates[0]
	if len(candidates) > 1:
		return _(
			"{0} products have this item code as their SKU: {1}. Change the SKU of all but one in Medusa, and link again."
		).format(len(candidates), _titles(candidates))
	linked = others.linked_to.get(product["id"], item.name)
	if linked != item.name:
		return _(
			"{0} is linked to the Website Item {1} already, and has a variant with the SKU {2}. Give that variant another SKU in Medusa, then Retry: this Website Item gets a product of its own."
		).format(product["title"], linked, sku_of(item))
	external_id = product["external_id"]
	if external_id != item.name and external_id in others.names:
		return _(
			"{0} has the SKU {2}, and carries the id of the Website Item {1}. If it is the product of that one, give its variant another SKU in Medusa, then Retry. If not, delete it there, then Retry."
		).format(product["title"], external_id, sku_of(item))
	skus = Counter(folded(variant["sku"]) for variant in product["variants"] if variant["sku"])
	if skus[folded(item.item_code)] > 1:
		return _(
			"{0} has several variants with this item code as their SKU. Change the SKU of all but one in Medusa, and link again."
		).format(product["title"])
	rivals = sorted({others.of_sku[sku] for sku in skus if sku in others.of_sku} - {item.name})
	if rivals:
		templates = [others.template_of.get(sku) for sku in skus if sku in others.of_sku]
		return shared_product(product["title"], rivals, templates)
	return ""


def _same_name(item: frappe._dict, namesakes: list[dict]) -> str:
	bare = [each for each in namesakes if not each["variants"]]
	if bare:
		return _(
			"The shop has a product of the same name without any variant: {0}. If it is this item, add a variant with the SKU {1} to it in Medusa, and choose Link existing products in the Medusa Configuration. If it is another product, add a variant with another SKU, or delete the product, then Retry."
		).format(_titles(bare), sku_of(item))
	return _(
		"The shop has a product of the same name without a SKU: {0}. If it is this item, give its variant the SKU {1} in Medusa, and link. If it is another product, give its variant a SKU of its own, then Retry."
	).format(_titles(namesakes), sku_of(item))


def _titles(products: list[dict]) -> str:
	return ", ".join(sorted(f"{each['title']} ({each['handle'] or each['id']})" for each in products)[:5])


def _website_items(fieldname: str, values: set[str]) -> list[frappe._dict]:
	return frappe.get_all(
		DOCTYPE,
		filters={fieldname: ("in", list(values) or [""])},
		fields=["name", "item_code", "medusa_id", "medusa_variant_id", "variant_of"],
		order_by="name",
	)
