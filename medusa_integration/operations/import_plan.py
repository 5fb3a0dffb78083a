"""Import products: which of the shop's products can become Items, under which codes and Item Groups, and which can't, and
why. Writes nothing.

Source: docs/reference.md, "Import products".
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import frappe
from frappe import _

from medusa_integration import medusa_texts, texts
from medusa_integration.medusa.matching import folded
from medusa_integration.medusa.shop_product import ShopProduct, ShopVariant
from medusa_integration.products import selection

LONGEST_NAME = 140  # characters of a document's name, and of a title
LONGEST_URL = 2000
ANY_LENGTH = 100_000


@dataclass(frozen=True)
class ImportSettings:
	"""A user's settings of an import.

	:param item_group: of products without a collection, or whose collection has no Item Group
	:param make_item_groups: whether such a collection becomes an Item Group
	:param tax_template: an Item Tax Template of the new Items; "" for none
	:param price_list, currency: of the new Item Prices; "" where no prices are taken
	:param pictures: whether the pictures are taken, as links
	"""

	item_group: str
	make_item_groups: bool
	stock_uom: str
	tax_template: str
	price_list: str
	currency: str
	pictures: bool


@dataclass
class Candidate:
	"""A product of the shop that ERPNext doesn't have.

	:param code: the item code that it gets, or of the Item that it belongs to
	:param has_item: whether there is an Item with that code, which then gets a Website Item alone
	:param group: its Item Group
	:param makes_group: whether that is made
	:param problem: the reason why it can't be imported; "" where it can
	:param notes: what differs from the shop
	"""

	product: ShopProduct
	code: str = ""
	has_item: bool = False
	group: str = ""
	makes_group: bool = False
	problem: str = ""
	notes: list[str] = field(default_factory=list)

	@property
	def variant(self) -> ShopVariant:
		return self.product.variants[0]

	@property
	def title(self) -> str:
		return medusa_texts.clean(self.product.title, LONGEST_NAME) or self.code

	@property
	def brand(self) -> str:
		told = self.product.metadata.get("brand_name") or self.product.metadata.get("brand")
		return medusa_texts.clean(told) if isinstance(told, str) else ""

	@property
	def pictures(self) -> list[str]:
		"""The addresses of the pictures, the thumbnail first."""
		urls = (texts.web_address(url, LONGEST_URL) for url in self.product.pictures)
		return [url for url in dict.fromkeys(urls) if url]

	def price(self, currency: str) -> Decimal | None:
		"""The base price in a currency; None where there is none, or the product is given away."""
		found = self.variant.prices.get(currency) if self.product.variants else None
		return found if found else None


def plan(products: list[ShopProduct], chosen: ImportSettings) -> list[Candidate]:
	"""The products that ERPNext doesn't have, in the shop's order. Takes a constant number of queries.

	:param products: all of the shop, by which repeated skus are found
	"""
	linked = _column("Website Item", "medusa_id")
	candidates = [Candidate(product) for product in products if product.id not in linked]
	known, groups = _Known(candidates), _Groups(chosen)
	repeated = Counter(folded(variant.sku) for product in products for variant in product.variants)
	for candidate in candidates:
		candidate.problem = _code_problem(candidate, repeated) or known.problem(candidate)
		groups.choose(candidate)
	_take_notes(candidates, chosen, groups)
	return candidates


def _code_problem(candidate: Candidate, repeated: Counter) -> str:
	"""Set the item code of a candidate, and return the reason why it can have none."""
	product = candidate.product
	if len(product.variants) != 1:
		if not product.variants:
			return _("It has no variant. Add one in Medusa's admin first.")
		words = _("It has {0} variants: only products with one variant can be imported.")
		return words.format(len(product.variants))
	sku = candidate.variant.sku.strip()
	candidate.code = medusa_texts.clean(sku or product.handle, ANY_LENGTH)
	if not candidate.code:
		return _("It has neither sku nor handle. Give it an sku in Medusa's admin first.")
	if {"<", ">"}.intersection(sku or product.handle) or _is_reserved(candidate.code):
		return _(
			"ERPNext allows no item code with < or >, or that begins with New Item. Change the sku in Medusa's admin first."
		)
	if len(candidate.code) > LONGEST_NAME:
		words = _(
			"Its sku has {0} characters, and an item code {1} at most. Change it in Medusa's admin first."
		)
		return words.format(len(candidate.code), LONGEST_NAME)
	if sku and repeated[folded(sku)] > 1:
		words = _(
			"{0} variants in Medusa have this sku, apart from case and spaces. Change the others first."
		)
		return words.format(repeated[folded(sku)])
	return ""


def _is_reserved(code: str) -> bool:
	"""Whether Frappe refuses a name: those of unsaved documents, and that of the DocType."""
	return code == "Item" or code.startswith("New Item")


class _Known:
	"""The Items and Website Items that candidates may belong to."""

	def __init__(self, candidates: list[Candidate]) -> None:
		ids = {candidate.product.id for candidate in candidates}
		self.codes: dict[str, str] = {folded(name): name for name in _column("Item", "name")}
		owned = _rows("Item", {"medusa_id": ("is", "set")}, ["name", "medusa_id"])
		self.of_id = {row.medusa_id: row.name for row in owned if row.medusa_id in ids}
		pages = _rows("Website Item", {}, ["name", "item_code", "medusa_id"])
		self.page_of = {page.item_code: page for page in pages}
		self.pages = {page.name: page for page in pages}
		off = _rows("Item", {}, ["name"], {"disabled": 1, "has_variants": 1})
		self.unfit = {row.name for row in off}

	def problem(self, candidate: Candidate) -> str:
		"""Set the Item of a candidate, and return the reason why it can't be imported."""
		product = candidate.product
		named = self.pages.get(product.external_id)
		if named and not named.medusa_id:
			words = _("It carries the id of the Website Item {0}: choose Link existing products.")
			return words.format(named.name)
		item = self.of_id.get(product.id) or self.codes.get(folded(candidate.code))
		if not item:
			return ""
		candidate.code, candidate.has_item = item, True
		page = self.page_of.get(item)
		if page and page.medusa_id:
			words = _("The Item {0} belongs to another product in Medusa already.")
		elif page:
			words = _("The Item {0} has a Website Item: choose Link existing products.")
		elif item in self.unfit:
			words = _("The Item {0} is disabled, or a template of variants.")
		else:
			return ""
		return words.format(item)


class _Groups:
	"""The Item Groups that products get by their collections."""

	def __init__(self, chosen: ImportSettings) -> None:
		rows = _rows("Item Group", {}, ["name", "medusa_id"])
		self.chosen = chosen
		self.of_id = {row.medusa_id: row.name for row in rows if row.medusa_id}
		self.of_title = {folded(row.name): row.name for row in rows}
		self.item_groups = dict(_rows("Item", {}, ["name", "item_group"], as_list=True))

	def choose(self, candidate: Candidate) -> None:
		product = candidate.product
		if candidate.has_item:
			candidate.group = self.item_groups.get(candidate.code) or ""
			return
		title = medusa_texts.clean(product.collection, LONGEST_NAME)
		found = self.of_id.get(product.collection_id) or (title and self.of_title.get(folded(title)))
		candidate.makes_group = bool(title and not found and self.chosen.make_item_groups)
		candidate.group = found or (title if candidate.makes_group else self.chosen.item_group)


def _take_notes(candidates: list[Candidate], chosen: ImportSettings, groups: _Groups) -> None:
	"""Note at the importable candidates what differs from the shop afterwards, or does after the next sending."""
	ready = [candidate for candidate in candidates if not candidate.problem]
	rows = [
		frappe._dict(
			item_group=chosen.item_group if candidate.makes_group else candidate.group,
			brand=candidate.brand,
			candidate=candidate,
		)
		for candidate in ready
	]
	refused = {id(row.candidate) for row in selection.refused(rows)}
	for candidate in ready:
		candidate.notes = list(_notes(candidate, chosen))
		if id(candidate) in refused:
			candidate.notes.append(
				_("What the shop sells leaves it out: it becomes a draft when it is sent.")
			)


def _notes(candidate: Candidate, chosen: ImportSettings) -> Iterable[str]:
	product, sku = candidate.product, candidate.variant.sku
	if candidate.has_item:
		yield _("The Item exists and stays as it is: it gets a Website Item, and a price if it has none.")
	if not sku.strip():
		yield _("It has no sku: it gets the item code when it is sent.")
	elif sku != candidate.code:
		yield _("Its sku becomes {0} when it is sent.").format(candidate.code)
	if len(medusa_texts.clean(product.title, ANY_LENGTH)) > LONGEST_NAME:
		yield _("Its title is cut after {0} characters.").format(LONGEST_NAME)
	if product.external_id:
		yield _("Its external id {0} is replaced.").format(medusa_texts.clean(product.external_id))
	if chosen.pictures and (lost := len(product.pictures) - len(candidate.pictures)):
		yield _("{0} of its pictures have no full web address and aren't attached.").format(lost)
	if chosen.currency and not candidate.price(chosen.currency):
		yield _("It has no base price in {0}.").format(chosen.currency)


def _column(doctype: str, fieldname: str) -> set[str]:
	values = {fieldname: ("is", "set")}
	return set(frappe.get_all(doctype, values, pluck=fieldname, order_by=None, limit_page_length=0))


def _rows(
	doctype: str, filters: dict, fields: list[str], or_filters: dict | None = None, as_list: bool = False
):
	return frappe.get_all(doctype, filters, fields, or_filters=or_filters, as_list=as_list, order_by="name")
