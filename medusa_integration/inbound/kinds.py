"""The kinds of records that come from Medusa to ERPNext, in the order in which they depend on each other."""

from medusa_integration.delivery.kind import Kind
from medusa_integration.inbound.customers import CUSTOMER
from medusa_integration.inbound.orders import ORDER

KINDS: tuple[Kind, ...] = (CUSTOMER, ORDER)


def by_name(name: str) -> Kind | None:
	"""The kind with this name; None where there is none."""
	return next((kind for kind in KINDS if kind.name == name), None)
