"""The configuration's table *Fields*: which side fills each field of a product.

Source: docs/reference.md, "Fields and their owners".
"""

from medusa_integration import settings
from medusa_integration.medusa.identifiers import BARCODES
from medusa_integration.medusa.matching import folded
from medusa_integration.medusa.owners import (
	ERPNEXT,
	PICTURES,
	SHOP,
	WHERE_FILLED,
	addresses,
	fingerprint,
	pictures,
)

# `{field in the table: keys of the payload}`; the fields that aren't in the table are ERPNext's.
FIELDS = {
	"Title": ("title",),
	"Description": ("description",),
	"Short Description": ("short_description",),
	"Specifications": ("specifications",),
	"Brand": ("brand_name",),
	"Pictures": PICTURES,
	"Country of Origin": ("origin_country",),
	"Discountable": ("discountable",),
	"Collection": ("collection_id",),
	"Sales Channel": ("sales_channel",),
	"Shipping Profile": ("shipping_profile",),
	"Categories": ("category_ids",),
	"Subtitle": ("subtitle",),
	"Barcodes": ("ean", "upc", "barcode"),
	"Weight": ("weight",),
	"Customs Tariff Number": ("hs_code",),
	"Manufacturer Id": ("mid_code",),
	"Size": ("length", "width", "height"),
	"Material": ("material",),
}
TOGETHER = ("Pictures",)  # whose keys are cleared together
# Fields that stand in keys of the app's own: ERPNext's, unless the table says otherwise.
OWN = ("Short Description", "Specifications", "Brand")
# Fields that name another record of Medusa's. The dialect compares them with what Medusa has.
LINKS = ("collection_id", "sales_channel", "shipping_profile")


def of_fields() -> dict[str, str]:
	"""`{key of the payload: its owner}` for the keys of `FIELDS`."""
	chosen = {row.field: row.owned_by for row in settings.current().field_owners}
	owners = {field: chosen.get(field) or (ERPNEXT if field in OWN else WHERE_FILLED) for field in FIELDS}
	return {key: owners[field] for field, keys in FIELDS.items() for key in keys}


def left_to_shop(payload: dict, owners: dict[str, str]) -> list[str]:
	"""The keys of a payload that an update leaves as the shop has them: the shop's own, and those that ERPNext has blank
	where it owns only filled ones. ERPNext has no field for `discountable`.

	:param payload: of a product
	:param owners: as of `of_fields`
	"""
	return sorted(
		key
		for key, owner in owners.items()
		if key not in LINKS and (owner == SHOP or (owner == WHERE_FILLED and not payload[key]))
	)


def filled(payload: dict, owners: dict[str, str]) -> dict[str, str | list[str]]:
	"""`{key: fingerprint of its value}` of the values that a sending leaves in the shop, and that go with ERPNext's; of
	`images` a list of one for each picture, empty without pictures."""
	filled_only = [
		key for key, owner in owners.items() if owner == WHERE_FILLED and key not in (*LINKS, "category_ids")
	]
	values = {key: fingerprint(payload[key]) for key in filled_only if key not in PICTURES and payload[key]}
	if "images" in filled_only:
		return {**values, "images": [fingerprint(url) for url in payload["images"]]}
	return values


def sent_images(owners: dict[str, str], sent: dict) -> list[str] | None:
	"""The fingerprints of the pictures that the app has sent; None where they aren't known, and where pictures have one owner.

	:param owners: as of `of_fields`
	:param sent: as `filled` returned it for the last sending
	"""
	images = sent.get("images")
	return images if isinstance(images, list) and owners["images"] == WHERE_FILLED else None


def cleared(payload: dict, owners: dict[str, str], sent: dict) -> list[dict[str, str]]:
	"""The fields that ERPNext had filled and has cleared, each as `{key: fingerprint of the value sent}`. An update clears
	them where the shop still has these values. Pictures are told one by one, see `sent_images`; earlier versions kept one
	fingerprint of them all.

	:param sent: as `filled` returned it for the last sending
	"""
	left = set(left_to_shop(payload, owners))
	texts = {key: value for key, value in sent.items() if isinstance(value, str)}
	parts = [[keys] if field in TOGETHER else [(key,) for key in keys] for field, keys in FIELDS.items()]
	fields = ({key: texts[key] for key in keys if key in texts} for each in parts for keys in each)
	return [
		field for field in fields if field and left.issuperset(field) and SHOP not in map(owners.get, field)
	]


def overwritten(payload: dict, product: dict) -> list[str]:
	"""The fields of the table, and the status, in which an update would change a product of the shop, its links apart.

	:param payload: of the product
	:param product: as Dialect.products_in_pages has it
	"""
	alike = (row for row in product["variants"] if folded(row["sku"]) == folded(payload["sku"]))
	variant = next(alike, {})
	columns = {
		**{key: variant.get(key) for key in BARCODES},
		**(product["metadata"] or {}),
		**product,
	}
	theirs = {**columns, "images": addresses(product)}
	if payload["sent_images"] is not None:
		payload = {**payload, **pictures(payload, theirs)}
	return [
		field
		for field, keys in {**FIELDS, "Status": ("status",)}.items()
		if any(
			key in payload
			and key not in (*LINKS, *payload["left_to_shop"])
			and (payload[key] or None) != (theirs.get(key) or None)
			for key in (keys[:1] if field in TOGETHER else keys)
		)
	]
