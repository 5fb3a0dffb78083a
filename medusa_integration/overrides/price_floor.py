"""ERPNext's checks of prices and of repeated items, except for documents that came from the shop. The shop
has sold already, at the price that was sent to it, less its promotions.

Source: docs/reference.md, "Documents from the shop".
"""

from functools import cache

import frappe
from frappe.utils import cint

# The classes that Frappe 15 asks for by name: the DocType that each overrides, and its module in ERPNext.
OVERRIDDEN = {
	"SalesOrder": ("Sales Order", "erpnext.selling.doctype.sales_order.sales_order"),
	"SalesInvoice": ("Sales Invoice", "erpnext.accounts.doctype.sales_invoice.sales_invoice"),
	"DeliveryNote": ("Delivery Note", "erpnext.stock.doctype.delivery_note.delivery_note"),
}


class EcommercePriceFloor:
	"""Mixed into Sales Order, Sales Invoice and Delivery Note."""

	def validate_selling_price(self) -> None:
		"""ERPNext's check; none for documents that came from the shop, by `from_ecommerce`, see "Documents
		from the shop".

		Source: docs/reference.md, "Document events".
		"""
		if not cint(self.get("from_ecommerce")):
			super().validate_selling_price()

	def validate_max_discount(self) -> None:
		"""ERPNext's check; none for documents that came from the shop, by `from_ecommerce`.

		Source: docs/reference.md, "Document events".
		"""
		if not cint(self.get("from_ecommerce")):
			super().validate_max_discount()

	def validate_for_duplicate_items(self) -> None:
		"""ERPNext's check; none where rows are lines of Medusa's, of which one may take two rows.

		Source: docs/reference.md, "Document events".
		"""
		of_medusa = any(row.get("medusa_line_id") for row in self.items)
		if not (of_medusa and cint(self.get("from_ecommerce"))):
			super().validate_for_duplicate_items()


def __getattr__(name: str) -> type:
	"""The class that Frappe 15 asks for: the class that the DocType would have without this app, with the
	mixin.

	The class is made on request, because other apps may override the same DocType on one site of a bench and
	not on another, and Frappe 15 uses only the last override. The app's override extends the one before it.
	"""
	if name not in OVERRIDDEN:
		raise AttributeError(name)
	return _with_mixin(name, _base(*OVERRIDDEN[name], name))


def _base(doctype: str, module: str, name: str) -> type:
	overrides = frappe.get_hooks("override_doctype_class").get(doctype, [])
	of_others = [path for path in overrides if not path.startswith(f"{__name__}.")]
	module, _, name = (of_others[-1] if of_others else f"{module}.{name}").rpartition(".")
	return getattr(frappe.get_module(module), name)


@cache
def _with_mixin(name: str, base: type) -> type:
	"""The same class each time, because pickle demands that of documents in the cache."""
	return type(name, (EcommercePriceFloor, base), {"__module__": __name__})
