"""Import products: which of the shop's products can become Items, under which codes and Item Groups, and which can't, and
why. Writes nothing.

Source: docs/reference.md, "Import products".
"""

from collections import Counter
from collections.abc import Iterable

import frappe
from frappe import _

from medusa_integration import medusa_texts
from medusa_integration.medusa.matching import folded
from medusa_integration.medusa.shop_product import ShopProduct
from medusa_integration.operations.import_candidate import (
	ANY_LENGTH,
	LONGEST_NAME,
	Candidate,
	ImportSettings,
)
from medusa_integration.operations.import_known import Known, item_code, read_column, read_rows
from medusa_integration.operations.import_options import OptionPlan
from medusa_integration.products import selection
from medusa_integration.products.shared_products import some


def plan(products: list[ShopProduct], chosen: ImportSettings) -> list[Candidate]:
	"""The products that ERPNext doesn't have, in the shop's order. Takes a constant number of queries.

	:param products: all of the shop, by which repeated skus are found
	"""
	linked = read_column("Website Item", "medusa_id")
	candidates = [Candidate(product) for product in products if product.id not in linked]
	known, groups = Known(candidates), _Groups(chosen)
	repeated = Counter(folded(variant.sku) for product in products for variant in product.variants)
	options = OptionPlan(candidates, known, repeated)
	for candidate in candidates:
		candidate.problem = _problem(candidate, known, repeated, options)
		groups.choose(candidate)
	_take_notes(candidates, chosen, groups)
	return candidates


def _problem(candidate: Candidate, known: Known, repeated: Counter, options: OptionPlan) -> str:
	"""Set what a candidate becomes, and return the reason why it can't be imported."""
	variants = len(candidate.product.variants)
	if not variants:
		return _("It has no variant. Add one in Medusa's admin first.")
	if variants == 1:
		return item_code(candidate, repeated) or known.problem(candidate)
	if options.is_chosen:
		return options.problem(candidate)
	words = _(
		"It has {0} variants. Set Variants become to Options of one product in the Medusa Configuration to import it as a template. As products of their own, only products with one variant can be imported."
	)
	return words.format(variants)


class _Groups:
	"""The Item Groups that products get by their collections."""

	def __init__(self, chosen: ImportSettings) -> None:
		groups = read_rows("Item Group", {}, ["name", "medusa_id"])
		self.chosen = chosen
		self.of_id = {row.medusa_id: row.name for row in groups if row.medusa_id}
		self.of_title = {folded(row.name): row.name for row in groups}
		self.item_groups = dict(read_rows("Item", {}, ["name", "item_group"], as_list=True))

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
	product = candidate.product
	yield from _notes_of_template(candidate) if candidate.variants else _notes_of_item(candidate)
	if len(medusa_texts.clean(product.title, ANY_LENGTH)) > LONGEST_NAME:
		yield _("Its title is cut after {0} characters.").format(LONGEST_NAME)
	if product.external_id:
		yield _("Its external id {0} is replaced.").format(medusa_texts.clean(product.external_id))
	if chosen.pictures and (lost := len(product.pictures) - len(candidate.pictures)):
		yield _("{0} of its pictures have no full web address and aren't attached.").format(lost)
	if chosen.currency:
		yield from _notes_of_prices(candidate, chosen.currency)


def _notes_of_item(candidate: Candidate) -> Iterable[str]:
	sku = candidate.variant.sku
	if candidate.has_item:
		yield _("The Item exists and stays as it is: it gets a Website Item, and a price if it has none.")
	if not sku.strip():
		yield _("It has no sku: it gets the item code when it is sent.")
	elif sku != candidate.code:
		yield _("Its sku becomes {0} when it is sent.").format(candidate.code)


def _notes_of_template(candidate: Candidate) -> Iterable[str]:
	variants = candidate.variants
	if candidate.has_item:
		words = _(
			"The template and its variants {0} exist and stay as they are: the template gets a Website Item, and the variants a price where they have none."
		)
		yield words.format(some(each.code for each in variants))
		if left := [each.sku or each.id for each in candidate.left_to_shop]:
			words = _("{0} are no variants of the template in ERPNext: they stay in the shop as they are.")
			yield words.format(some(left))
	else:
		words = _("It becomes a template with {0} variants: {1}.")
		yield words.format(len(variants), some(each.code for each in variants))
	for attribute in candidate.attributes:
		if attribute.is_new:
			words = _("The Item Attribute {0} is made, with the values {1}.")
			yield words.format(attribute.name, some(attribute.values))
		elif attribute.new_values:
			words = _("The Item Attribute {0} gets the values {1}.")
			yield words.format(attribute.name, some(attribute.new_values))
	yield from candidate.renamed
	changed = [each.code for each in variants if each.shop.sku.strip() and each.shop.sku != each.code]
	if changed:
		yield _("When it is sent, these of its skus change as written here: {0}.").format(some(changed))
	if without := [each.code for each in variants if not each.shop.sku.strip()]:
		words = _("{0} of its variants have no sku: they get {1} when it is sent.")
		yield words.format(len(without), some(without))
	if len({each.shop.allow_backorder for each in variants}) > 1:
		yield _(
			"Some of its variants may be ordered when they are out of stock. ERPNext has this for the whole template: none may when it is sent."
		)


def _notes_of_prices(candidate: Candidate, currency: str) -> Iterable[str]:
	priced = candidate.prices(currency)
	if not priced:
		yield _("It has no base price in {0}.").format(currency)
	elif without := [each.code for each in candidate.variants if each.code not in priced]:
		yield _("These variants have no base price in {0}: {1}.").format(currency, some(without))
