"""Import products: what a product of the shop becomes in ERPNext.

Source: docs/reference.md, "Import products".
"""

from dataclasses import dataclass, field
from decimal import Decimal

from medusa_integration import medusa_texts, texts
from medusa_integration.medusa.shop_product import ShopProduct, ShopVariant

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
class PlannedAttribute:
	"""An Item Attribute of a template.

	:param values: those of the product's variants, as ERPNext has or gets them
	:param numbers: from, to and increment of one with numeric values; None for one with a list of values
	:param is_new: whether it is made
	:param new_values: those that the Item Attribute gets
	"""

	name: str
	values: list[str]
	numbers: tuple[float, float, float] | None = None
	is_new: bool = False
	new_values: list[str] = field(default_factory=list)


@dataclass
class PlannedVariant:
	"""A variant of a product that becomes a template.

	:param code: the item code that it gets, or of the Item that it belongs to
	:param options: `{Item Attribute: value}`
	"""

	shop: ShopVariant
	code: str = ""
	options: dict[str, str] = field(default_factory=dict)


@dataclass
class Candidate:
	"""A product of the shop that ERPNext doesn't have.

	:param code: the item code that it gets, or of the Item that it belongs to
	:param has_item: whether there is an Item with that code, which then gets a Website Item alone
	:param group: its Item Group
	:param makes_group: whether that is made
	:param problem: the reason why it can't be imported; "" where it can
	:param notes: what differs from the shop
	:param variants: of a product that becomes a template; those that ERPNext has or gets
	:param attributes: of such a template, in their order; those that it is made with
	:param left_to_shop: the variants of such a product that ERPNext has no Item for, and doesn't get
	:param renamed: notes on options and values whose names differ from the shop's
	"""

	product: ShopProduct
	code: str = ""
	has_item: bool = False
	group: str = ""
	makes_group: bool = False
	problem: str = ""
	notes: list[str] = field(default_factory=list)
	variants: list[PlannedVariant] = field(default_factory=list)
	attributes: list[PlannedAttribute] = field(default_factory=list)
	left_to_shop: list[ShopVariant] = field(default_factory=list)
	renamed: list[str] = field(default_factory=list)

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

	def prices(self, currency: str) -> dict[str, Decimal]:
		"""`{item code: base price in a currency}`, without those that are given away or have none."""
		sold = [(each.code, each.shop) for each in self.variants]
		if not sold and self.product.variants:
			sold = [(self.code, self.variant)]
		return {code: price for code, variant in sold if (price := variant.prices.get(currency))}
