"""The columns of products and variants that identify and measure goods: barcodes, weight, customs number, size, material.

The payload of a product has them as keys; blank ones are None. Source: docs/reference.md, "Identifiers".
"""

import re
from collections.abc import Iterable

MEASURES = (
	"weight",
	"length",
	"width",
	"height",
	"hs_code",
	"mid_code",
	"material",
)  # of products and variants
BARCODES = ("ean", "upc", "barcode")  # of variants; each is unique in the shop
TEXTS = ("subtitle",)  # of products
OF_VARIANTS = (*BARCODES, *MEASURES)
OF_PRODUCTS = (*TEXTS, *MEASURES)
COLUMNS = (*OF_VARIANTS, *TEXTS)
NUMBERS = ("weight", "length", "width", "height")
BARCODE_TAKEN = (
	"Another product of the shop has the barcode {0}: {1}. Take it off that one in Medusa, or off this Item in ERPNext, then"
	" Retry."
)
_TAKEN = re.compile(r"variant with (ean|upc|barcode): (.+), already exists")


def of_product(product: dict, left: Iterable[str] = ()) -> dict:
	"""The columns that a product's body gets.

	:param product: the payload; one without these keys has none
	:param left: keys that aren't written
	"""
	return _named(OF_PRODUCTS, product, left)


def of_variant(product: dict, left: Iterable[str] = ()) -> dict:
	"""The columns that the body of a product's one variant gets; parameters as of `of_product`."""
	return _named(OF_VARIANTS, product, left)


def blank(product: dict) -> set[str]:
	"""The keys of the columns that ERPNext has blank: a new product is made without them."""
	return {key for key in COLUMNS if product.get(key) is None}


def taken(message: str) -> tuple[str, str] | None:
	"""The column and the value of Medusa's refusal of a barcode that another variant has; None for another refusal."""
	found = _TAKEN.search(message)
	return (found[1], found[2]) if found else None


def _named(keys: Iterable[str], product: dict, left: Iterable[str]) -> dict:
	left = set(left)
	return {key: product[key] for key in keys if key in product and key not in left}
