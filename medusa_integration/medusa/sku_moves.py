"""SKUs that pass from one product of ours to another: Items that exchange their codes, or an Item with the code that another
one has given up.

Medusa refuses a SKU that a variant has. So the variant that has it gets its own new SKU first, and so on along the chain. In a
ring one variant gets a temporary SKU for the time of these calls. A row of the outbox stands for each of these products until
it is sent: if the worker dies in between, the next sending finds the temporary SKU and replaces it.

Source: docs/reference.md, "Products".
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from medusa_integration.medusa.errors import MedusaRejected


class Holder(NamedTuple):
	"""A variant that has a SKU."""

	product_id: str
	variant_id: str
	sku: str


# The SKU that ERPNext has for a variant; None for one that isn't ours.
WantedSku = Callable[[Holder], str | None]


class SkuShop(Protocol):
	"""The calls of a dialect."""

	def holder_of(self, sku: str) -> Holder | None:
		"""The variant with a SKU."""

	def give_sku(self, variant: Holder, sku: str) -> None:
		"""Change a variant's SKU."""


def make_way(shop: SkuShop, sku: str, own: Holder | None, wanted: WantedSku) -> bool:
	"""Free a SKU that another product of ours has given up in ERPNext; in a ring, give it to our variant too.

	:param own: the variant that is to get the SKU; None for a new one
	:returns: whether the SKU is free, or our variant's
	:raises MedusaError: where a call fails; after a refusal all variants have their former SKUs
	"""
	chain: list[tuple[Holder, str]] = []
	target = sku
	while holder := shop.holder_of(target):
		if own and holder.variant_id == own.variant_id:
			break
		following = wanted(holder)
		met = [each.variant_id for each, _sku in chain]
		if following == target and holder.variant_id in met:
			# Another worker has given it its SKU since.
			chain = chain[: met.index(holder.variant_id)]
			holder = None
			break
		if not following or following == target or holder.variant_id in met:
			return False
		chain.append((holder, following))
		target = following
	moves = chain[::-1]
	if own and holder and chain:
		moves = [(own, temporary_sku(own)), *moves, (own, sku)]
	_move(shop, moves)
	return True


def temporary_sku(variant: Holder) -> str:
	"""The variant's own id: no other variant has it."""
	return variant.variant_id


def _move(shop: SkuShop, moves: list[tuple[Holder, str]]) -> None:
	done: list[Holder] = []
	for variant, sku in moves:
		try:
			shop.give_sku(variant, sku)
		except MedusaRejected:
			for each in reversed(done):
				shop.give_sku(each, each.sku)
			raise
		done.append(variant)
