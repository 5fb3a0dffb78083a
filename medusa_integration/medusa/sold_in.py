"""The sales channels in which a product is sold: the key `channels` of its payload.

Source: docs/reference.md, "Storefronts".
"""

from typing import Any

from medusa_integration.medusa.owners import ERPNEXT, SHOP

# `sold`: ids of the channels that rules or the item itself name; `named`: ids of all channels that have rules;
# `default`: whether the configured channel sells the product too, unless it has rules.
EVERYTHING: dict[str, Any] = {"sold": [], "named": [], "default": True}


def wanted(product: dict, default: str) -> set[str]:
	"""The ids of the channels in which a product is to be sold.

	:param product: the payload
	:param default: id of the configured channel; "" on a server without channels
	"""
	channels = product.get("channels") or EVERYTHING
	found = set(channels["sold"])
	if default and channels["default"] and default not in channels["named"]:
		found.add(default)
	return found


def changes(product: dict, found: set[str], default: str) -> tuple[set[str], set[str]]:
	"""The ids of the channels to add to a product, and of those to remove from it. The app removes it only from channels that
	have rules, from the configured one, and from those to which it had added it.

	:param product, default: as in `wanted`
	:param found: ids of the product's channels in Medusa
	"""
	owner, ours = product["owners"]["sales_channel"], wanted(product, default)
	if owner == SHOP or not (default or ours):
		return set(), set()
	managed = {
		default,
		*(product.get("channels") or EVERYTHING)["named"],
		*product.get("former_channels", ()),
	}
	others = found if owner == ERPNEXT else found & managed
	return ours - found, others - ours


def added(product: dict, add: set[str], remove: set[str]) -> list[str]:
	"""The ids of the channels to which the app has added a product, after `add` and `remove`."""
	return sorted({*product.get("former_channels", ()), *add} - remove)
