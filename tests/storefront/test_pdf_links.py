"""Customers open PDFs by a link: the document of the link, in the company's print format, while the link holds."""

import io
import shutil
from urllib.parse import parse_qs, urlparse

import frappe
import frappe.utils.pdf
import pytest
from frappe.utils import add_days, today
from pypdf import PdfReader

from medusa_integration import api, counters
from medusa_integration.patches import remove_share_keys
from medusa_integration.setup.storefront import USER
from medusa_integration.storefront import pdf_links
from tests.site import Client
from tests.storefront.test_order_documents import credit_note
from tests.support import factories
from tests.support.orders import ORDER, order
from tests.support.quotations import buyer, created, product
from tests.support.storefront import configure_storefront
from tests.support.users import signed_in

FORMAT, INTERNAL = "For Customers", "Internal Costing"
KEY = "Document Share Key"


@pytest.fixture(autouse=True)
def uncounted():
	"""No prints of other tests count towards the limit."""
	if hasattr(frappe.utils.pdf, "get_wkhtmltopdf_version") and not shutil.which("wkhtmltopdf"):
		pytest.skip("wkhtmltopdf isn't installed")
	counters.forget("limit:prints:")


@pytest.fixture
def formats():
	"""Takes the Print Formats of a test away again."""
	yield
	frappe.db.rollback()
	frappe.db.delete("Print Format", {"name": ("in", (FORMAT, INTERNAL))})
	for name in (FORMAT, INTERNAL):
		frappe.clear_document_cache("Print Format", name)
	frappe.db.delete("Property Setter", {"property": "default_print_format", "value": FORMAT})
	frappe.db.commit()
	frappe.clear_cache(doctype="Sales Invoice")


def print_format(name: str, doctype: str = "Quotation") -> str:
	"""A Print Format that prints its own name, the document's, the language, and whether an option was slipped in."""
	html = f"<p>{name}: {{{{ doc.name }}}}</p><p>language {{{{ frappe.lang }}}}</p>"
	html += "<p>option {{ print_settings.get('forged', 'none') }}</p>"
	doc = {"doctype": "Print Format", "name": name, "doc_type": doctype, "html": html}
	frappe.get_doc({**doc, "standard": "No", "custom_format": 1, "print_format_type": "Jinja"}).insert()
	frappe.db.commit()
	return name


def opened(url: str, client: Client | None = None, **changed):
	"""What a browser gets; None takes a parameter away."""
	parsed = urlparse(url)
	query = {**{name: values[0] for name, values in parse_qs(parsed.query).items()}, **changed}
	given = {name: value for name, value in query.items() if value is not None}
	return (client or Client()).get(parsed.path, query_string=given, headers={"Accept": "text/html"})


def text(response) -> str:
	assert (response.status_code, response.mimetype) == (200, "application/pdf"), response.text
	return PdfReader(io.BytesIO(response.data)).pages[0].extract_text()


def link(shop, doc) -> str:
	frappe.db.commit()
	response = shop.call("fetch_quotation_pdf_url", quotation_id=doc.name)
	assert response.status_code == 200, response.text
	return response.json["message"]


def made(doc, expires: str | None = None) -> str:
	"""A link with a right token, of any document and day."""
	frappe.db.commit()
	return pdf_links._url(doc.doctype, doc.name, expires or today())


def test_a_link_opens_one_document_in_the_format_of_the_settings(shop, formats):
	buyer()
	one = product("Q-1", 10)
	doc, other = created(shop, (one, 2)), created(shop, (one, 2), n=2)
	configure_storefront(print_format=print_format(FORMAT))
	print_format(INTERNAL)
	url = link(shop, doc)
	assert link(shop, doc) == url
	response = opened(url)
	shown = text(response)
	assert f"{FORMAT}: {doc.name}" in shown
	assert response.headers.getlist("Cache-Control") == ["private, no-store"]
	assert response.headers["X-Robots-Tag"] == "noindex"
	assert response.headers["Content-Disposition"] == f"inline; filename={doc.name}.pdf"
	options = {"format": INTERNAL, "print_format": INTERNAL, "language": "de", "_lang": "de", "doc": "{}"}
	assert text(opened(url, **options, no_letterhead="1", settings='{"forged": "x"}')) == shown
	for changed in (
		{"name": other.name},
		{"doctype": "Sales Invoice"},
		{"expires": add_days(today(), 30)},
		{"token": "0" * 64},
	):
		assert opened(url, **changed).status_code == 403
	query = urlparse(url).query
	for path in ("/printview", "/api/method/frappe.utils.print_format.download_pdf"):
		response = Client().get(f"{path}?{query}&key={parse_qs(query)['token'][0]}&format={INTERNAL}")
		assert response.status_code == 403
	assert not frappe.db.exists(KEY, {"reference_docname": doc.name})


def test_a_link_holds_as_many_days_as_the_settings_say(shop):
	doc = factories.quotation(("G-1", 1, 5), medusa_quotation_id="quot_1")
	for days in (7, 2):
		configure_storefront(pdf_link_days=days)
		assert f"expires={add_days(today(), days)}&" in link(shop, doc)
	assert opened(made(doc, today())).status_code == 200
	response = opened(made(doc, add_days(today(), -1)))
	assert (response.status_code, response.mimetype) == (410, "text/plain")
	assert "expired. Open the document in the shop again" in response.text


def test_odd_arguments_are_refused(shop):
	url = made(factories.quotation(("G-1", 1, 5)))
	path, query = urlparse(url).path, urlparse(url).query
	for changed, code in (
		({"token": None}, 400),
		({"expires": ""}, 400),
		({"token": "é" * 64}, 403),
		({"token": "٠" * 64}, 403),
		({"name": "x" * 50_000}, 403),
		({"expires": "9999-99-99"}, 403),
		({"doctype": "User", "name": "Administrator"}, 403),
	):
		assert opened(url, **changed).status_code == code, changed
	assert Client().get(f"{path}?{query}&name=%ED%A0%80&name=x").status_code == 200  # the first one counts
	assert Client().get(f"{path}?name=%ED%A0%80&{query}").status_code == 403
	for body in (
		{"name": [1]},
		{"doctype": {"x": 1}, "token": 5},
		{"name": "\ud800", "token": "\ud800" * 64},
	):
		full = {"doctype": "Quotation", "name": "x", "expires": today(), "token": "0" * 64, **body}
		# 417: Frappe 16 itself refuses halves of surrogate pairs.
		assert Client().request("GET", path, json=full).status_code in (400, 403, 417), body
	for method in ("POST", "PUT", "HEAD"):
		assert Client().request(method, f"{path}?{query}").status_code in (403, 405)
	with pytest.raises(TypeError):  # as Frappe's own callers, such as make_mapped_doc, would
		api.open_pdf(*(values[0] for values in parse_qs(query).values()))


def test_only_what_may_be_printed_is_opened(shop):
	doc = factories.quotation(("G-1", 1, 5), medusa_quotation_id="quot_1")
	gone, foreign = factories.quotation(("G-1", 1, 5)), factories.quotation(("G-1", 1, 5), from_ecommerce=0)
	token_of_note = made(factories.delivery(order()))
	address = made(gone)
	gone.delete()
	assert "doesn't exist" in opened(address).text
	assert opened(address).status_code == 404
	assert opened(made(foreign)).status_code == 404
	assert opened(token_of_note).status_code == 403
	frappe.db.set_single_value("Print Settings", "allow_print_for_draft", 0)
	try:
		assert opened(made(doc), settings='{"allow_print_for_draft": 1}').status_code == 409
	finally:
		frappe.db.set_single_value("Print Settings", "allow_print_for_draft", 1)
		frappe.db.commit()
	url = made(doc)
	doc.submit()
	doc.cancel()
	frappe.db.commit()
	assert "can't be printed" in opened(url).text
	assert opened(url).status_code == 409


def test_an_invoice_has_its_doctypes_format_and_the_documents_language(shop, formats):
	bill = factories.invoice(order(), language="de")
	frappe.db.set_value("Sales Invoice", bill.name, "from_ecommerce", 0)  # made before its order had an id
	configure_storefront(print_format=print_format(INTERNAL))  # the quotations'
	setter = {"doctype_or_field": "DocType", "doc_type": "Sales Invoice", "property": "default_print_format"}
	values = {"value": print_format(FORMAT, "Sales Invoice"), "property_type": "Data"}
	frappe.get_doc({"doctype": "Property Setter", **setter, **values}).insert()
	frappe.db.commit()
	back = credit_note(bill)
	frappe.db.commit()
	row, other = shop.call("get_order_documents", medusa_order_id=ORDER).json["message"]["invoices"]
	shown = text(opened(row["pdf_url"]))
	assert f"{FORMAT}: {bill.name}" in shown
	assert "language de" in shown
	assert f"{FORMAT}: {back.name}" in text(opened(other["pdf_url"]))
	frappe.db.set_value("Sales Order", bill.items[0].sales_order, "from_ecommerce", 0)
	frappe.db.commit()
	assert opened(row["pdf_url"]).status_code == 404


def test_prints_are_limited_and_failures_logged(shop, monkeypatch):
	url = made(factories.quotation(("G-1", 1, 5)))
	monkeypatch.setattr(pdf_links, "PRINTS", pdf_links.PRINTS._replace(most=2))
	for _ in range(3):
		assert opened(url, token="0" * 64).status_code == 403  # isn't counted
	assert opened(url).status_code == 200
	with monkeypatch.context() as patched:
		patched.setattr(frappe, "get_print", lambda *args, **kwargs: 1 / 0)
		response = opened(url)
	assert (response.status_code, response.mimetype) == (503, "text/plain")
	assert "Try again later" in response.text
	too_many = opened(url)
	assert (too_many.status_code, too_many.headers["Retry-After"].isdigit()) == (429, True)
	from frappe.deferred_insert import save_to_db

	save_to_db()
	error = frappe.get_last_doc("Error Log")
	assert "ZeroDivisionError" in error.error
	assert parse_qs(urlparse(url).query)["token"][0] not in error.as_json()


def test_the_share_keys_of_earlier_versions_are_removed(shop):
	doc = factories.quotation(("G-1", 1, 5))
	desk = "medusa-clerk@example.com"
	signed_in(desk, "Sales User", "Medusa Storefront")
	keys = {}
	for owner, of in ((USER, doc), (desk, doc), ("Administrator", doc), (USER, order())):
		key = frappe.get_doc({"doctype": KEY, "reference_doctype": of.doctype, "reference_docname": of.name})
		key.insert(ignore_permissions=True).db_set("owner", owner)
		keys[owner, of.doctype] = key.name
	remove_share_keys.execute()
	left = set(frappe.get_all(KEY, {"name": ("in", list(keys.values()))}, pluck="name"))
	assert left == {*keys.values()} - {keys[USER, "Quotation"]}
