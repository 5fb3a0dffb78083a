"""Quotations → Medusa's draft orders: the priced quotation for the customer's review.

Source: docs/reference.md, "Quotations".
"""

import frappe
from frappe import _
from frappe.translate import print_language
from frappe.utils import cint, escape_html, flt, fmt_money, formatdate

from medusa_integration import languages, settings
from medusa_integration.customers import emails
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Kind, Row, Run
from medusa_integration.delivery.one_by_one import OneByOne
from medusa_integration.quotations.quotation_states import READY

DOCTYPE = "Quotation"

PRICED = "Price received"  # its status in the payload
READ_FIELDS = (
	"name", "quotation_to", "party_name", "medusa_quotation_id", "medusa_draft_order_id", "total_qty", "total",
	"net_total", "total_taxes_and_charges", "grand_total", "rounding_adjustment", "apply_discount_on",
	"additional_discount_percentage", "discount_amount", "other_charges_calculation",
)  # fmt: skip


class Quotations(Kind):
	"""The kind of priced quotations, about the shop's Quotations."""

	name = "Quotation"
	doctype = DOCTYPE

	def prepare(self, run: Run, rows: list[Row]) -> OneByOne:
		"""As in Kind. Quotations that are no longer ready need no call."""
		quotations = _read([row.reference_name for row in rows])
		return OneByOne(rows, quotations, lambda medusa, quotation: medusa.update_quotation(quotation))


QUOTATION = Quotations()


# --- document events


def export_quotation_on_update(doc, method: str | None = None) -> None:
	"""Quotation, on_update: queue a shop's quotation in the state *Ready for Customer Review*; when it enters
	that state, mail its customer, see "Quotations".

	Source: docs/reference.md, "Document events".
	"""
	if not cint(doc.get("from_ecommerce")) or doc.get("workflow_state") != READY:
		return
	if settings.enabled() and doc.get("medusa_draft_order_id"):
		outbox.add(QUOTATION, doc.name)
	if doc.has_value_changed("workflow_state"):
		_tell_customer(doc)


def _tell_customer(doc) -> None:
	"""Queue the mail in the save's own transaction. A mail that can't be queued must not fail the save."""
	recipient, frontend = _recipient(doc), (settings.configuration().frontend_url or "").rstrip("/")
	if problem := _why_not(recipient, frontend):
		frappe.msgprint(_("No mail was sent: {0}.").format(problem), title=_("Quotation"), indicator="orange")
		return
	try:
		with print_language(doc.get("language") or emails.language_of(recipient) or languages.of_site()):
			email = _email(doc, f"{frontend}/profile")
			frappe.sendmail(
				recipients=[recipient],
				subject=email["subject"],
				message=languages.marked(email["message"]),
				reference_doctype=DOCTYPE,
				reference_name=doc.name,
			)
	except frappe.OutgoingEmailError:
		frappe.log_error(
			title="Medusa: no mail to the customer", reference_doctype=DOCTYPE, reference_name=doc.name
		)


def _why_not(recipient: str | None, frontend: str) -> str:
	"""The reason why the customer can't be told; "" where there is none."""
	if not settings.enabled():
		return _("the integration is switched off in the Medusa Configuration")
	if not frontend:
		return _("the Frontend URL isn't filled in")
	return "" if recipient else _("the customer has no e-mail address")


def _email(doc, link: str) -> dict[str, str]:
	"""Subject and message of the settings' Email Template; the app's own text where it is missing or can't be
	rendered."""
	template = settings.configuration().quotation_email or settings.QUOTATION_EMAIL
	values = {
		**doc.as_dict(),
		"doc": doc,
		"link": link,
		"total": fmt_money(doc.grand_total, currency=doc.currency),
		"valid_till": formatdate(doc.valid_till) if doc.valid_till else "",
	}
	try:
		return frappe.get_doc("Email Template", template).get_formatted_email(values)
	except Exception as error:
		if isinstance(error, frappe.DoesNotExistError):
			frappe.clear_last_message()
		frappe.log_error(
			title="Medusa: the Quotation E-mail can't be rendered",
			reference_doctype="Email Template",
			reference_name=template,
		)
	link = escape_html(link)
	return {
		"subject": _("Your quotation {0} is ready").format(doc.name),
		"message": _("Your quotation {0} is priced and waits for you here: {1}").format(
			escape_html(doc.name), f'<a href="{link}">{link}</a>'
		),
	}


def _recipient(doc) -> str | None:
	if doc.get("contact_email"):
		return doc.contact_email
	if doc.quotation_to in ("Customer", "Lead"):
		return frappe.db.get_value(doc.quotation_to, doc.party_name, "email_id")
	return None


# --- payloads


def _read(names: list[str]) -> dict[str, dict]:
	"""`{Quotation: payload}`, in a constant number of queries."""
	filters = {
		"name": ("in", names), "from_ecommerce": 1, "workflow_state": READY, "medusa_draft_order_id": ("is", "set"),
	}  # fmt: skip
	quotations = frappe.get_all(DOCTYPE, filters, list(READ_FIELDS), order_by="name")
	names = [quotation.name for quotation in quotations]
	items = _rows("Quotation Item", names, "item_code", "rate", "qty", "uom", "amount", "item_tax_template")
	unapproved = _rows("Unapproved Quotation Item", names, "item_code", "rate", "qty")
	taxes = _rows("Sales Taxes and Charges", names, "charge_type", "account_head", "rate", "tax_amount")
	variants = _variants({row.item_code for row in (*items, *unapproved)})
	customers = {kind: _customers(kind, quotations) for kind in ("Customer", "Lead")}
	payloads = {}
	for quotation in quotations:
		own = [[row for row in rows if row.parent == quotation.name] for rows in (items, unapproved, taxes)]
		customer_id = customers.get(quotation.quotation_to, {}).get(quotation.party_name)
		payloads[quotation.name] = _payload(quotation, customer_id, variants, *own)
	return payloads


def _rows(child: str, names: list[str], *fields: str) -> list[frappe._dict]:
	filters = {"parenttype": DOCTYPE, "parent": ("in", names or [""])}
	return frappe.get_all(child, filters, ["parent", *fields], order_by="parent, idx")


def _variants(item_codes: set[str]) -> dict[str, str]:
	filters = {"name": ("in", [code for code in item_codes if code] or [""])}
	rows = frappe.get_all("Item", filters, ["name", "medusa_variant_id"], order_by="name")
	return {row.name: row.medusa_variant_id for row in rows}


def _customers(party_type: str, quotations: list[frappe._dict]) -> dict[str, str]:
	names = [quotation.party_name for quotation in quotations if quotation.quotation_to == party_type]
	rows = frappe.get_all(party_type, {"name": ("in", names or [""])}, ["name", "medusa_id"], order_by="name")
	return {row.name: row.medusa_id for row in rows}


def _payload(quotation, customer_id: str | None, variants: dict[str, str], items, unapproved, taxes) -> dict:
	"""The payload of a Quotation; amounts in major units of its currency. Delivery charges are the taxes and
	charges of type Actual."""
	delivery = sum(flt(row.tax_amount) for row in taxes if row.charge_type == "Actual")
	return {
		"quotation_id": quotation.medusa_quotation_id,
		"draft_order_id": quotation.medusa_draft_order_id,
		"customer_id": customer_id,
		"erp_status": PRICED,
		"erp_items": [_item(row, variants) for row in items],
		"erp_unaccepted_items": [
			{"item": variants.get(row.item_code), "price": flt(row.rate), "quantity": flt(row.qty)}
			for row in unapproved
		],
		"erp_total_quantity": flt(quotation.total_qty),
		"erp_total": flt(quotation.total),
		"erp_net_total": flt(quotation.net_total),
		"erp_tax": [
			{"account_head": row.account_head, "tax_rate": flt(row.rate), "tax_amount": flt(row.tax_amount)}
			for row in taxes
		],
		"erp_total_taxes": flt(quotation.total_taxes_and_charges),
		"erp_grand_total": flt(quotation.grand_total),
		"erp_rounding_adjustments": flt(quotation.rounding_adjustment),
		"erp_discount_on": quotation.apply_discount_on,
		"erp_discount_percentage": flt(quotation.additional_discount_percentage),
		"erp_discount_amount": flt(quotation.discount_amount),
		"avail_delivery": bool(delivery),
		"erp_delivery_charges": delivery,
		"tax_breakup": quotation.other_charges_calculation,
	}


def _item(row: frappe._dict, variants: dict[str, str]) -> dict:
	return {
		"item": variants.get(row.item_code),
		"item_code": row.item_code,
		"price": flt(row.rate),
		"quantity": flt(row.qty),
		"uom": row.uom,
		"amount": flt(row.amount),
		"item_tax_template": row.item_tax_template,
	}
