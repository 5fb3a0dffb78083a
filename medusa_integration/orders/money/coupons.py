"""Coupons of the shop: each is spent once, on one order.

Source: docs/reference.md, "Coupons".
"""

import frappe
from frappe import _
from frappe.utils import flt, fmt_money, getdate

from medusa_integration import settings

DOCTYPE = "Website Coupon Code"


def claimed_by(order):
	"""The coupon that an order has spent, or None."""
	code = frappe.db.get_value(DOCTYPE, {"claimed": 1, "claimed_order": order.name})
	return frappe.get_doc(DOCTYPE, code) if code else None


def problem(code: str, order, *, lock: bool = False) -> str | None:
	"""The reason why an order can't spend a coupon, as a message; None where it can. The order must not have
	spent one.

	:param lock: keep other transactions from spending the coupon until this one ends
	"""
	coupon = frappe.db.get_value(
		DOCTYPE, code, ["name", "claimed", "claimed_order", "expired"], as_dict=True, for_update=lock
	)
	# MariaDB finds a code in any case and accents.
	if not coupon or coupon.name != code:
		return _("There is no coupon {0}.").format(code)
	if coupon.claimed:
		return _("The coupon {0} has been used.").format(code)
	if coupon.expired:
		return _("The coupon {0} has expired.").format(code)
	return _problem_of_all() or _problem_of(order)


def _problem_of_all() -> str | None:
	rules = settings.current()
	if not rules.allow_coupon_discounts:
		return _("Coupons aren't accepted at present.")
	if rules.coupon_expiry_date and getdate() >= getdate(rules.coupon_expiry_date):
		return _("Coupons were accepted before {0} only.").format(
			frappe.format(rules.coupon_expiry_date, "Date")
		)
	if rules.coupon_discount <= 0:
		return _("The Medusa Configuration has no Discount Amount.")
	return None


def _problem_of(order) -> str | None:
	rules = settings.current()
	total = flt(order.grand_total)
	if total < rules.cart_value:
		least = fmt_money(rules.cart_value, currency=order.currency)
		return _("The order has to reach {0} for a coupon.").format(least)
	if rules.coupon_discount > total:
		return _("The discount is larger than the order.")
	return None


def claim(code: str, order, *, on_invoice: bool) -> None:
	"""Spend a coupon that has no problem and is locked.

	:param on_invoice: the order was submitted before, so that its invoices have the discount
	"""
	coupon = frappe.get_doc(DOCTYPE, code, for_update=True)
	coupon.update(
		{
			"claimed": 1,
			"claimed_by": order.customer,
			"claimed_order": order.name,
			"on_invoice": int(on_invoice),
			"discount_amount": settings.current().coupon_discount,
		}
	)
	coupon.save(ignore_permissions=True)


def release_coupon(doc, method: str | None = None) -> None:
	"""Sales Order, on_cancel: its coupon may be spent again, see "Coupons".

	Source: docs/reference.md, "Document events".
	"""
	coupon = claimed_by(doc)
	if coupon:
		coupon.update(
			{"claimed": 0, "claimed_by": None, "claimed_order": None, "on_invoice": 0, "discount_amount": 0}
		)
		coupon.save(ignore_permissions=True)
