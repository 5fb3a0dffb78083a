"""The selling-price floor: ERPNext's own check, except for what the shop sold at the price that it was told."""

from functools import cache

import frappe
from frappe.utils import cint

# Of a class that Frappe 15 asks for by name: the DocType that it overrides, and its module in ERPNext.
OVERRIDDEN = {
	"SalesOrder": ("Sales Order", "erpnext.selling.doctype.sales_order.sales_order"),
	"SalesInvoice": ("Sales Invoice", "erpnext.accounts.doctype.sales_invoice.sales_invoice"),
	"DeliveryNote": ("Delivery Note", "erpnext.stock.doctype.delivery_note.delivery_note"),
}


class EcommercePriceFloor:
	"""Mixed into Sales Order, Sales Invoice and Delivery Note."""

	def validate_selling_price(self) -> None:
		"""ERPNext's check, but none for documents that come from the shop (contract section 2)."""
		if not cint(self.get("from_ecommerce")):
			super().validate_selling_price()


def __getattr__(name: str) -> type:
	"""The class that Frappe 15 asks for: what the DocType would be without us, with our mixin.

	It is made when it is asked for, because other apps may override the same DocType, on one site of a bench and not
	on another, and Frappe 15 takes nothing but the last override. Ours is laid on top of the one before it.
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
	"""One and the same class each time, as pickle demands of what goes to the document cache."""
	return type(name, (EcommercePriceFloor, base), {"__module__": __name__})
