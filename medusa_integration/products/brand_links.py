"""Brands as Medusa's product types or tags, where the configuration's *Brand becomes* says so.

Source: docs/reference.md, "Identifiers".
"""

from typing import NamedTuple

from medusa_integration import settings
from medusa_integration.medusa.owners import SHOP

KINDS = {"Product type": "type", "Tag": "tag"}
FILLED = "brand_link"  # in `medusa_filled`: the kind and the name, joined by a colon


class BrandLink(NamedTuple):
	"""The keys of a payload, and what is kept of them once it is sent."""

	keys: dict[str, tuple[str, str]]
	filled: dict[str, str]


def of_payload(brand: str, owner: str, sent: dict) -> BrandLink:
	"""The type or tag of a product's brand: `brand_link`, and `former_brand_link`, which the app gave it before. Both are
	(kind, name), and are left out where there is none.

	:param owner: of the brand
	:param sent: as `field_owners.filled` and this function returned it for the last sending
	"""
	kind = KINDS.get(settings.current().brand_becomes, "") if owner != SHOP else ""
	keys, filled = {}, {}
	if brand and kind:
		keys["brand_link"] = (kind, brand)
		filled[FILLED] = f"{kind}:{brand}"
	former_kind, _colon, former = sent.get(FILLED, "").partition(":")
	if former and keys.get("brand_link") != (former_kind, former):
		keys["former_brand_link"] = (former_kind, former)
	return BrandLink(keys, filled)
