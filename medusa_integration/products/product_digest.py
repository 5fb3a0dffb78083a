"""The digests of products' payloads, by which the app knows what Medusa has of them.

Source: docs/reference.md, "Products".
"""

import json
from hashlib import sha1

from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.identifiers import COLUMNS
from medusa_integration.products import sent_variants

# Keys of a payload by which the product is found; they aren't part of its content.
UNSENT_KEYS = (
	"id", "variant_id", "former_ids", "handle", "own_handle", "former_handles", "endings", "needs_no_lookup",
	"may_exist", "channels", "former_channels", "left_to_shop", "filled", "cleared", "sent_images", "known_variants", "formers",
	"changed_variants", "deleted_variants", "was_template",
	"former_brand_link", "former_categories",
)  # fmt: skip
# Keys of a payload that are written only after a look-up: a change of one needs the product's variants from Medusa.
LOOKED_UP_KEYS = ("sku", "manage_inventory", "allow_backorder", "origin_country", "collection_id", "owners")


def digest(product: dict, medusa: Dialect) -> str:
	"""Two hashes, joined by a dot: of the shop and the content that is sent, and of the shop and the LOOKED_UP_KEYS. A
	product with the same digest is in sync; one with the same second part needs no look-up."""
	content = _content(product)
	looked_up = {key: product[key] for key in LOOKED_UP_KEYS} | sent_variants.looked_up(product)
	looked_up |= {
		key: content[key]
		for key in (*COLUMNS, "brand_link", "category_ids", "categories_owner")
		if key in content
	}
	return f"{_hash(content, medusa)}.{_hash(looked_up, medusa)}"


def base(product: dict, medusa: Dialect) -> str:
	"""The hash of what has to be looked up to be written, see sent_variants.py."""
	return _hash(sent_variants.base(_content(product)), medusa)


def _content(product: dict) -> dict:
	"""The values of a payload that are sent."""
	left = {*UNSENT_KEYS, *product["left_to_shop"]}
	return {key: value for key, value in product.items() if key not in left} | sent_variants.looked_up(
		product
	)


def _hash(what: dict, medusa: Dialect) -> str:
	where = [medusa.client.url, medusa.version, medusa.sales_channel, medusa.shipping_profile]
	return sha1(json.dumps([where, what], sort_keys=True).encode()).hexdigest()
