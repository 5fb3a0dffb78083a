"""Hostile texts of a customer, as ERPNext shows them: prints, and the mail about a quotation."""

from email import message_from_string

import frappe
import pytest

from tests.support import hostile
from tests.support.accounts import text_of
from tests.support.hostile import HARMLESS, HOSTILE
from tests.support.quotations import asked, product, reread
from tests.support.storefront import configure_storefront
from tests.support.users import signed_in

ADDRESS = {
	"address_line1": HOSTILE,
	"address_line2": HOSTILE,
	"city": HOSTILE,
	"state": HOSTILE,
	"country": "OM",
	"pincode": HOSTILE,
	"phone": "\u202a+968 9123 4567\u202c",  # as phones copy it
	"is_default": True,
}
PERSON = {"id": "cus_hostile", "email": "h@clinic.example", "first_name": "H", "organization_name": HOSTILE}
# As a company writes its own: without escaping.
TEMPLATE = (
	"<p>Dear {{ customer_name }}, {{ doc.address_display }}: <a href='{{ link }}'>{{ doc.name }}</a></p>"
)


@pytest.fixture
def papers(shop, mail_server):
	"""Quotation, Sales Order and Sales Invoice of a customer of whom every text is hostile; the Quotation became ready first."""
	configure_storefront(frontend_url="https://shop.example")
	variant = product("T-1", 5)
	called(shop, "insert_lead", data=PERSON)
	given = asked((variant, 1), customer_id=PERSON["id"], billing_address=ADDRESS, create_so=True)
	quotation = frappe.get_doc("Quotation", called(shop, "create_quotation", **given)["quotationId"])
	_make_template()
	quotation.workflow_state = "Ready for Customer Review"
	quotation.save()
	frappe.db.commit()
	approved = {"approval": "Approved", "create_so": True, "location_and_contact_no": HOSTILE}
	order = called(shop, "update_quotation", quotation_id=quotation.name, **approved)["sales_order_id"]
	invoice = called(shop, "pay_now", order_id=order)["sales_invoice"]
	names = {"Quotation": quotation.name, "Sales Order": order, "Sales Invoice": invoice}
	return [reread(frappe.get_doc(doctype, name)) for doctype, name in names.items()]


def called(shop, name: str, **arguments) -> dict:
	response = shop.call(name, **arguments)
	assert response.status_code == 200, response.text
	frappe.db.commit()
	return response.json["message"]


def _make_template() -> None:
	values = {"subject": "For {{ customer_name }}", "response": TEMPLATE}
	frappe.get_doc({"doctype": "Email Template", "name": "Hostile", **values}).insert()
	configuration = frappe.get_doc("Medusa Configuration")
	configuration.quotation_email = "Hostile"
	configuration.save()
	frappe.db.commit()


def test_what_a_customer_wrote_is_shown_as_text(papers):
	_prints(papers)
	_mail()
	assert (papers[1].custom_location_and_contact_no, papers[1].docstatus) == (HARMLESS, 1)
	assert frappe.db.get_value("Address", papers[0].customer_address, "phone") == "+968 9123 4567"
	stored = [each for each in hostile.written() if each.table != "Email Queue"]
	assert {("Sales Invoice", "address_display"), ("Sales Order", "customer_name")} <= {
		each[:2] for each in stored
	}
	assert not hostile.raw(stored)


def _prints(papers: list) -> None:
	clerk = signed_in("medusa-seller@example.com", "Sales User", "Sales Manager", "Accounts User")
	for doc in papers:
		page = clerk.get("/printview", query_string={"doctype": doc.doctype, "name": doc.name})
		assert page.status_code == 200, page.text[:1000]
		for html in (page.text, frappe.get_print(doc.doctype, doc.name)):
			assert not hostile.tags(html), doc.doctype
			assert HARMLESS in hostile.shown(html), doc.doctype


def _mail() -> None:
	"""By the company's own template, which escapes nothing; rendered once more, as Frappe 16 sends an HTML template."""
	(message,) = frappe.get_all("Email Queue", {"reference_doctype": "Quotation"}, pluck="message")
	html = text_of(message_from_string(message))
	assert not hostile.tags(html)
	assert HARMLESS in hostile.shown(frappe.render_template(html, {}, is_path=False))
