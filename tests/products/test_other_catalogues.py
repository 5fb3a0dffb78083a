"""Catalogues of other shops, as Shopify exports them, through the documents into Medusa.

SHOPIFY_CSV may name more files, separated by colons.
"""

import io
import os
from pathlib import Path

import pytest

from tests.support import shopify
from tests.support.factories import configure, drain

COLUMNS = (
	"Handle,Title,Body (HTML),Vendor,Type,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,"
	"Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Barcode,Image Src"
)
OWN = f"""{COLUMNS}
mug,Stone Mug,<p>A <b>mug</b>.</p>,Potters,Kitchen,Title,Default Title,,,,,MUG-1,410,7,12.5,,https://example.com/mug.jpg
tee,Tee,Soft.,Weavers,Shirts,Size,S,Colour,Blue,,,TEE-S-B,120,3,20,4006381333931,https://example.com/tee.jpg
tee,,,,,,M,,Blue,,,TEE-M-B,130,0,20,,https://example.com/tee-blue.jpg
tee,,,,,,M,,Red,,,TEE-M-R,130,5,22,,
ring,Ring “Ōra”,Silver.,,Rings,Size,52 mm,Metal,فضة,Stone,🌙,,0,1,99,,
ring,,,,,,54 mm,,فضة,,🌙,,0,0,99,,
"""


def _given() -> list[str]:
	paths = filter(None, os.environ.get("SHOPIFY_CSV", "").split(":"))
	return [OWN, *(Path(path).read_text(encoding="utf-8-sig") for path in paths)]


@pytest.mark.slow
@pytest.mark.parametrize("text", _given(), ids=lambda text: str(text.count("\n")))
def test_a_catalogue_is_in_the_shop_as_it_was(medusa, text):
	products = shopify.read(io.StringIO(text))
	configure(medusa, variants_become="Options of one product")
	shopify.save(products)
	drain()
	wanted, found = shopify.expected(products), shopify.found(medusa)
	assert found.keys() == wanted.keys()
	for title, facts in wanted.items():
		assert found[title] == facts, title
