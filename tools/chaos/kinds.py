"""What happens to orders besides buying, delivering and cancelling; each kind can be left out (`--without`)."""

import argparse
from collections.abc import Sequence

EXCHANGES, CLAIMS, DELETED, KITS = "exchanges", "claims", "deleted", "kits"
CORRECTIONS, TRANSFERS, HANDMADE, CURRENCIES = "corrections", "transfers", "handmade", "currencies"
BILLS = "bills"
KINDS = {
	EXCHANGES: "goods that were delivered are exchanged for others",
	CLAIMS: "goods that were delivered are claimed: money back, or other goods",
	DELETED: "customers are deleted in Medusa",
	KITS: "products that consist of several inventory items",
	CORRECTIONS: "shipping addresses and e-mails of orders are changed in Medusa's admin",
	TRANSFERS: "guests' orders are given to an account",
	HANDMADE: "a clerk's draft orders with a line by hand",
	BILLS: "a clerk bills orders or parts of them, and submits credit notes",
	CURRENCIES: "euros too, and receivable accounts for some of the currencies",
}

# of Medusa v1
V1 = (BILLS, CURRENCIES)


def left_out(version: str, without: Sequence[str]) -> tuple[str, ...]:
	"""The kinds that don't happen: those that were left out, and those that this version of Medusa doesn't have."""
	return tuple(kind for kind in KINDS if kind in without or (version == "v1" and kind not in V1))


def kinds_of(text: str) -> tuple[str, ...]:
	"""The kinds that a list with commas names. argparse.ArgumentTypeError where there is no such kind."""
	names = tuple(name for name in text.split(",") if name)
	for name in names:
		if name not in KINDS:
			raise argparse.ArgumentTypeError(f"{name}: not one of {', '.join(KINDS)}")
	return names
