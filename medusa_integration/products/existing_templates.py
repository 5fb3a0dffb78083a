"""Products that were in the shop before the app, with options: which of them is the product of which template.

A product matches by the SKUs of its variants, which are the item codes of the template's variants. The names of options and
their values play no part.

Source: docs/link-existing-shop.md
"""

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

import frappe
from frappe import _

from medusa_integration import sold_variants
from medusa_integration.medusa.matching import folded
from medusa_integration.plain_text import clean
from medusa_integration.products.existing_products import Match, ShopIndex, has_name_of, is_made_for, link_it
from medusa_integration.products.shared_products import shared_product, some

DOCTYPE = "Website Item"


@dataclass
class TemplateMatch:
	"""A template's Website Item and the product that matches it.

	:param variants: `{item code: id of the variant in Medusa}`
	:param lacking: the item codes of the variants that the product doesn't have
	:param others: the product's variants that are none of the template's
	:param former: the Website Items of variants that the product is linked to
	"""

	item: frappe._dict
	product: dict
	variants: dict[str, str]
	lacking: list[str]
	others: list[dict]
	former: list[str] = field(default_factory=list)

	@property
	def replaced_id(self) -> str:
		"""The product's external id where it is another one; "" where linking replaces none."""
		external_id = self.product["external_id"] or ""
		return "" if external_id in (self.item.name, *self.former) else external_id

	@property
	def summary(self) -> str:
		"""Which variants are linked, and which are left over on each side."""
		words = [_("SKUs {0}").format(some(self.variants))]
		if self.lacking:
			words.append(
				_("{0} aren't in the shop: they are created when it is sent").format(some(self.lacking))
			)
		if self.others:
			theirs = [each["sku"] or each.get("title") or each["id"] for each in self.others]
			words.append(_("{0} stay in the shop as they are").format(some(theirs)))
		return "; ".join(words)


@dataclass
class TemplateMatches:
	"""Templates' Website Items with a clear match, with an unclear match and the reason, and without a match."""

	matches: list[TemplateMatch] = field(default_factory=list)
	conflicts: list[tuple[frappe._dict, str]] = field(default_factory=list)
	unmatched: list[frappe._dict] = field(default_factory=list)
	skus: set[str] = field(default_factory=set)


def compare_templates(
	items: Iterable[frappe._dict], index: ShopIndex, without: Container[str] = ()
) -> TemplateMatches:
	"""Match the Website Items of templates to products, in a constant number of queries.

	:param items: with `name`, `item_code` and `web_item_name`
	:param without: ids of products that match nothing
	"""
	items = list(items)
	sold = sold_variants.variants_of(item.name for item in items)
	found = {item.name: _Found(item, sold.get(item.name, []), index, without) for item in items}
	known = _Known(product for each in found.values() for product in each.products)
	result = TemplateMatches(skus={code for codes in sold.values() for code in codes})
	for each in found.values():
		candidates = [product for product in each.of_skus if not known.is_variants_own(product, each)]
		reason = each.conflict(candidates, known)
		if reason:
			result.conflicts.append((each.item, reason))
		elif candidates:
			result.matches.append(each.match(candidates[0], known))
		else:
			result.unmatched.append(each.item)
	return result


def templates_there(
	items: Iterable[frappe._dict], index: ShopIndex, leaving: Container[str] = ()
) -> dict[str, str]:
	"""`{template's Website Item: what to do}` of those that the shop has already, or may have, as `already_there` says of others.

	:param leaving: ids of products that the app is about to delete
	"""
	found = compare_templates(items, index, leaving)
	reasons = {item.name: reason for item, reason in found.conflicts}
	for match in found.matches:
		if not is_made_for(match.item, match.product) or match.former:
			ids = set(match.variants.values())
			sku = min(each["sku"] for each in match.product["variants"] if each["id"] in ids)
			reasons[match.item.name] = link_it(match.product, sku)
	return reasons


class _Found:
	"""A template, the item codes of its variants, and the products that may be the template's."""

	def __init__(
		self, item: frappe._dict, codes: list[str], index: ShopIndex, without: Container[str]
	) -> None:
		self.item, self.codes = item, codes
		self.exact = {clean(code): code for code in codes}
		self.folded = {folded(clean(code)): code for code in reversed(codes)}
		of_code = {code: index.of_sku(frappe._dict(item_code=code)) for code in codes}
		self.ids = {code: {product["id"] for product in products} for code, products in of_code.items()}
		self.of_skus = _different((each for products in of_code.values() for each in products), without)
		self.of_own_code = _different(index.of_sku(item), without)
		self.of_name = _different(index.of_name(item), without)

	@property
	def products(self) -> list[dict]:
		return [*self.of_skus, *self.of_own_code, *self.of_name]

	def code(self, sku: str | None, product: dict) -> str:
		"""The item code of this template's variant with a SKU of a product; "" for none. A SKU that differs in case or spaces is
		none where another product has the item code itself."""
		code = self.exact.get(sku or "") or self.folded.get(folded(sku), "")
		return code if code and product["id"] in self.ids[code] else ""

	def skus(self, product: dict) -> list[str]:
		"""The SKUs of a product that are of this template, as the shop writes them."""
		return sorted(each["sku"] for each in product["variants"] if self.code(each["sku"], product))

	def match(self, product: dict, known: "_Known") -> TemplateMatch:
		ids: dict[str, str] = {}
		for variant in sorted(product["variants"], key=lambda each: each["sku"] not in self.exact):
			if code := self.code(variant["sku"], product):
				ids.setdefault(code, variant["id"])
		taken = set(ids.values())
		return TemplateMatch(
			self.item,
			product,
			{code: ids[code] for code in self.codes if code in ids},
			[code for code in self.codes if code not in ids],
			[each for each in product["variants"] if each["id"] not in taken],
			known.of_variants(product, self),
		)

	def conflict(self, candidates: list[dict], known: "_Known") -> str:
		"""The reason why the match isn't clear; "" for a clear one, and for none."""
		if not candidates:
			return self._unlikely(known)
		if len(candidates) > 1:
			titles = [f"{each['title']} ({some(self.skus(each))})" for each in candidates]
			return _(
				"{0} products of the shop have variants of this template: {1}. A template is one product: in Medusa, delete these variants in all products but one (they are created in that one when the template is sent), and link again."
			).format(len(candidates), some(titles, "; "))
		(product,) = candidates
		more = Counter(map(folded, self.skus(product)))
		more.subtract(folded(clean(code)) for code in self.codes)
		if twice := [self.folded[sku] for sku, count in more.items() if count > 0]:
			return _(
				"{0} has several variants with the SKU {1}, apart from case and spaces. Change the SKU of all but one in Medusa, and link again."
			).format(product["title"], some(twice))
		return known.conflict(product, self)

	def _unlikely(self, known: "_Known") -> str:
		"""The reason why a product without the variants' SKUs may be the template's; "" where there is none."""
		own = [each for each in self.of_own_code if not known.is_anothers(each, self)]
		if own and not has_name_of(self.item, own[0]):
			return _(
				"{0} has the SKU {1}, which is the template's own code; ERPNext sells its variants. If it is this template's product, give its variants the SKUs {2} in Medusa, and link. If it is another product, give its variant another SKU, then Retry."
			).format(_titles(own), self.item.item_code, some(self.codes))
		namesakes = [each for each in self.of_name if not known.is_anothers(each, self)]
		if not namesakes or not self.codes:
			return ""
		return _(
			"The shop has a product of the same name without a SKU: {0}. If it is this template's, give it variants with the SKUs {1} in Medusa, one for each size or colour, and link. If it is another product, give its variants SKUs of their own, or delete it, then Retry."
		).format(_titles(namesakes), some(self.codes))


class _Known:
	"""ERPNext's records of given products: the Website Items that they are linked to or name, and those that sell their SKUs."""

	def __init__(self, products: Iterable[dict]) -> None:
		products = list({product["id"]: product for product in products}.values())
		ids = [product["id"] for product in products]
		names = [product["external_id"] for product in products if product["external_id"]]
		either = {"medusa_id": ("in", [*ids, ""]), "name": ("in", [*names, ""])}
		rows = frappe.get_all(
			DOCTYPE, or_filters=either, fields=["name", "item_code", "medusa_id"], order_by="name"
		)
		self.linked = {row.medusa_id: row for row in rows if row.medusa_id}
		self.pages = {row.name: row for row in rows}
		skus = {sku for product in products for sku in _skus(product)}
		sellers = sold_variants.products_of({*skus, *(row.item_code for row in rows)})
		self.sellers = {folded(code): page for code, page in sellers.items()}

	def of_variants(self, product: dict, found: _Found) -> list[str]:
		"""The Website Items of the template's variants that a product is linked to or names."""
		pages = [self.linked.get(product["id"]), self.pages.get(product["external_id"])]
		own = [page for page in pages if page and page.name != found.item.name]
		return [page.name for page in own if self.sellers.get(folded(page.item_code)) == found.item.name]

	def is_variants_own(self, product: dict, found: _Found) -> bool:
		"""Whether a product is linked to a variant that was a product of its own: sending the template merges it."""
		linked = self.linked.get(product["id"])
		return bool(linked and found.item.name != linked.name and self.of_variants(product, found)) and (
			len(found.skus(product)) < 2
		)

	def is_anothers(self, product: dict, found: _Found) -> bool:
		return bool(self._holder(product, found))

	def _holder(self, product: dict, found: _Found) -> frappe._dict | None:
		"""The Website Item that a product is linked to, or names, unless that is the template's or one of its variants'."""
		ours = {found.item.name, *self.of_variants(product, found)}
		pages = [self.linked.get(product["id"]), self.pages.get(product["external_id"])]
		return next((page for page in pages if page and page.name not in ours), None)

	def conflict(self, product: dict, found: _Found) -> str:
		holder = self._holder(product, found)
		if holder and holder.medusa_id == product["id"]:
			return _(
				"{0} is linked to the Website Item {1} already, and has variants with the SKUs {2}. Give these variants other SKUs in Medusa, or delete them, then Retry: this template gets a product of its own."
			).format(product["title"], holder.name, some(found.skus(product)))
		if holder:
			return _(
				"{0} has the SKUs {2}, and carries the id of the Website Item {1}. If it is the product of that one, give these variants other SKUs in Medusa, or delete them, then Retry. If not, delete it there, then Retry."
			).format(product["title"], holder.name, some(found.skus(product)))
		sellers = {self.sellers.get(folded(each["sku"])) for each in product["variants"]}
		if rivals := sorted(sellers - {None, found.item.name}):
			return shared_product(product["title"], rivals)
		return ""


def shared_with_templates(matches: Iterable[Match]) -> dict[str, str]:
	"""`{product id: reason}` of the matches of other Website Items whose product has variants of templates too, in a constant
	number of queries."""
	matches = list(matches)
	skus = {match.item.name: _skus(match.product) for match in matches}
	several = {sku for each in skus.values() if len(each) > 1 for sku in each}
	sellers = {folded(code): page for code, page in sold_variants.products_of(several).items()}
	reasons = {}
	for match in matches:
		found = {sellers.get(folded(sku)) for sku in skus[match.item.name]} - {None, match.item.name}
		if found:
			reasons[match.product["id"]] = shared_product(match.product["title"], sorted(found))
	return reasons


def _skus(product: dict) -> set[str]:
	return {clean(each["sku"]) for each in product["variants"] if each["sku"]}


def _different(products: Iterable[dict], without: Container[str]) -> list[dict]:
	return list({each["id"]: each for each in products if each["id"] not in without}.values())


def _titles(products: Iterable[dict]) -> str:
	return some(sorted(f"{each['title']} ({each['handle'] or each['id']})" for each in products))
