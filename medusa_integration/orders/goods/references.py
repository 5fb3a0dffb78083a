"""The references of fulfillments made by ERPNext: the document's name, and the stock location of all but an order's first parcel.

Source: docs/reference.md, "Deliveries".
"""

LOCATION = " sloc_"  # Medusa's ids of stock locations begin so.


def reference(document: str, location: str = "") -> str:
	"""The reference of a document's fulfillment.

	:param location: the stock location's id, for each parcel of an order after its first one
	"""
	return f"{document} {location}" if location else document


def document_of(reference: str) -> str:
	"""The name of the document that a reference was made for."""
	return reference.split(LOCATION)[0]
