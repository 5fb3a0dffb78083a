"""Import products: which products with several variants can become templates, under which codes and Item Attributes, and which
can't, and why. Writes nothing.

Source: docs/reference.md, "Import products".
"""

from collections import Counter
from collections.abc import Iterable

from frappe import _

from medusa_integration import medusa_texts, settings
from medusa_integration.medusa.matching import folded
from medusa_integration.medusa.shop_product import ShopOption, ShopVariant
from medusa_integration.operations.import_attributes import Attributes
from medusa_integration.operations.import_candidate import (
	ANY_LENGTH,
	LONGEST_NAME,
	Candidate,
	PlannedVariant,
)
from medusa_integration.operations.import_known import Known, is_reserved, sku_problem
from medusa_integration.products.shared_products import some

ATTEMPTS = 20  # at a free item code of a template


class OptionPlan:
	"""The templates that products with several variants become. Reads the Item Attributes in two queries.

	:param repeated: how often the shop has each SKU, by folded
	"""

	def __init__(self, candidates: Iterable[Candidate], known: Known, repeated: Counter) -> None:
		self.is_chosen = settings.current().variants_are_options
		concerned = [candidate for candidate in candidates if len(candidate.product.variants) > 1]
		self.known, self.repeated = known, repeated
		self.attributes = Attributes() if self.is_chosen and concerned else None
		self.codes = set(known.codes) | {sku for sku in repeated if sku}

	def problem(self, candidate: Candidate) -> str:
		"""Set what a candidate becomes, and return the reason why it can't be imported."""
		if reason := self.known.names_page(candidate):
			return reason
		for variant in candidate.product.variants:
			sku = variant.sku.strip()
			if sku and (reason := sku_problem(sku, sku, self.repeated)):
				return _("{0}: {1}").format(sku, reason)
		items = self._items(candidate)
		if items or self.known.of_id.get(candidate.product.id):
			return self._of_existing(candidate, items)
		return self._of_new(candidate)

	def _items(self, candidate: Candidate) -> dict[str, ShopVariant]:
		"""`{Item: variant}` of the variants whose SKUs are Items."""
		of_code = {folded(each.sku): each for each in candidate.product.variants if each.sku.strip()}
		return {self.known.codes[code]: each for code, each in of_code.items() if code in self.known.codes}

	def _of_existing(self, candidate: Candidate, items: dict[str, ShopVariant]) -> str:
		"""Set the template of a product whose variants are Items, and return the reason why it can't be imported."""
		known = self.known
		templates = {known.special[item].variant_of if item in known.special else "" for item in items}
		templates |= {known.of_id.get(candidate.product.id)} - {None}
		if len(templates) > 1 or not all(templates):
			words = _(
				"These skus are Items already, and not variants of one template: {0}. Change the skus of those that are other goods in Medusa's admin. Are they sizes or colours of this product? See Items without a template in the documentation."
			)
			return words.format(some(items))
		(candidate.code,) = templates
		candidate.has_item = True
		template, page = known.special.get(candidate.code), known.page_of.get(candidate.code)
		if page and page.medusa_id:
			return _("The Item {0} belongs to another product in Medusa already.").format(candidate.code)
		if page:
			words = _("The Item {0} has a Website Item: choose Link existing products.")
			return words.format(candidate.code)
		if not template or template.disabled or not template.has_variants:
			return _("The Item {0} is disabled, or no template.").format(candidate.code)
		if template.variant_based_on == "Manufacturer":
			words = _("The variants of {0} differ by manufacturer: Medusa has no such options.")
			return words.format(candidate.code)
		if not items:
			words = _(
				"It belongs to the template {0}, and none of its skus is a variant of that: choose skus that are."
			)
			return words.format(candidate.code)
		taken = [known.page_of[item] for item in items if item in known.page_of]
		if taken := [page.name for page in taken if page.medusa_id]:
			words = _("The Website Items {0} of its variants have products of their own in Medusa already.")
			return words.format(some(taken))
		candidate.variants = [PlannedVariant(variant, item) for item, variant in items.items()]
		candidate.left_to_shop = [each for each in candidate.product.variants if each not in items.values()]
		return ""

	def _of_new(self, candidate: Candidate) -> str:
		"""Set the template and variants that a product becomes, and return the reason why it can't be imported."""
		product = candidate.product
		if not product.options:
			return _("Its variants have no options. Add one in Medusa's admin first.")
		planned = [PlannedVariant(variant) for variant in product.variants]
		for option in product.options:
			for variant in planned:
				if not medusa_texts.clean(variant.shop.options.get(option.id)):
					words = _("Its variant {0} has no {1}. Choose one in Medusa's admin first.")
					return words.format(_name(variant.shop), option.title)
		reason = self.attributes.problem(product.options)
		if reason:
			return reason
		self._take_attributes(candidate, planned, product.options)
		return self._same(planned) or self._codes(candidate, planned)

	def _take_attributes(
		self, candidate: Candidate, planned: list[PlannedVariant], options: list[ShopOption]
	) -> None:
		for option in options:
			attribute, of_shop = self.attributes.take(option)
			candidate.attributes.append(attribute)
			for variant in planned:
				variant.options[attribute.name] = of_shop[variant.shop.options[option.id]]
			if attribute.name != option.title:
				words = _("Its option {0} becomes {1} when it is sent.")
				candidate.renamed.append(words.format(medusa_texts.clean(option.title), attribute.name))
			changed = [value for shop, value in of_shop.items() if shop != value]
			if changed:
				words = _("When it is sent, these values of {0} change as written here: {1}.")
				candidate.renamed.append(words.format(attribute.name, some(changed)))

	def _same(self, planned: list[PlannedVariant]) -> str:
		of_options: dict[tuple, PlannedVariant] = {}
		for variant in planned:
			other = of_options.setdefault(tuple(variant.options.values()), variant)
			if other is not variant:
				words = _(
					"Its variants {0} and {1} have the same options: {2}. Change one in Medusa's admin first."
				)
				values = ", ".join(variant.options.values())
				return words.format(_name(other.shop), _name(variant.shop), values)
		return ""

	def _codes(self, candidate: Candidate, planned: list[PlannedVariant]) -> str:
		"""Set the item codes of a template and its variants, and return the reason why they can have none."""
		told = medusa_texts.clean(candidate.product.handle or candidate.product.title, LONGEST_NAME)
		candidate.code = self._free_code(told, "template")
		self.codes.add(folded(candidate.code))
		for variant in planned:
			sku = medusa_texts.clean(variant.shop.sku, ANY_LENGTH)
			made = "-".join([told, *variant.options.values()])
			variant.code = sku or self._free_code(made.replace(" ", "-"))
			self.codes.add(folded(variant.code))
		unfit = [each for each in (candidate.code, *(variant.code for variant in planned)) if _is_unfit(each)]
		if unfit:
			words = _(
				"Its variants without sku get no fitting item code: {0}. Give them skus in Medusa's admin first."
			)
			return words.format(some(unfit))
		candidate.variants = planned
		return ""

	def _free_code(self, told: str, *endings: str) -> str:
		"""An item code that neither an Item nor a variant of the shop has; "" where all attempts are taken."""
		attempts = [told, *(f"{told}-{ending}" for ending in (*endings, *range(2, ATTEMPTS)))]
		return next((code for code in attempts if folded(code) not in self.codes), "")


def _is_unfit(code: str) -> bool:
	return not code or len(code) > LONGEST_NAME or is_reserved(code, "Item")


def _name(variant: ShopVariant) -> str:
	return medusa_texts.clean(variant.sku) or " / ".join(variant.options.values()) or variant.id
