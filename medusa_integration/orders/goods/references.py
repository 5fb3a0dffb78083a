"""The references of fulfillments made by ERPNext: the document's name, and the stock location of all but an order's first parcel.

Source: docs/reference.md, "Deliveries".
"""

LOCATION = " sloc_"  # Medusa's ids of stock locations begin so.


def reference(document: str, location: str = "") -> str:
	"""The reference of a document's fulfillment.

	:param location: the stock location's id, for each parcel of an order after its first one
	"""
	return f"{document} {location}" if location else document


def medusa_id(reference: str) -> str:
	"""The id of a fulfillment or return of Medusa's that a document stores. Where several Sales Orders have a part in one, those
	of exchanges store the exchange's id after it, see `medusa.order_parts`."""
	return reference.split(" ")[0]


def document_of(reference: str) -> str:
	"""The name of the document that a reference was made for."""
	return reference.split(LOCATION)[0]
