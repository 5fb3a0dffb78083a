"""Help on a form: each of our DocTypes names its page of the documentation, and the site shows it to users of the Desk."""

import json
import re
from pathlib import Path

import frappe
import pytest

import medusa_integration
from medusa_integration import hooks
from medusa_integration.www import medusa_help
from tests.site import Client
from tests.support.users import signed_in

DOCTYPES = [
	doctype
	for path in Path(medusa_integration.__file__).parent.glob("medusa_integration/doctype/*/*.json")
	if (doctype := json.loads(path.read_text())).get("doctype") == "DocType" and not doctype.get("istable")
]
SCRIPT = "public/js/medusa_help.js"


@pytest.mark.parametrize("doctype", DOCTYPES, ids=lambda doctype: doctype["name"])
def test_each_form_has_its_page(doctype):
	page, _hash, anchor = doctype["documentation"].removeprefix("/medusa-help?page=").partition("#")
	html = medusa_help.as_html((medusa_help.DOCS / f"{page}.md").read_text())
	assert not anchor or f'id="{anchor}"' in html
	assert SCRIPT in hooks.doctype_js[doctype["name"]]
	assert frappe.get_meta(doctype["name"]).documentation == doctype["documentation"]


def test_erpnexts_forms_of_the_shops_documents_have_theirs():
	script = (Path(medusa_integration.__file__).parent / SCRIPT).read_text()
	pages = dict(re.findall(r'"?([A-Z][A-Za-z ]+)"?: "([a-z#-]+)",', script))
	assert set(pages) == {"Website Item", "Sales Order", "Quotation", "Customer", "Lead"}
	for doctype, target in pages.items():
		assert SCRIPT in hooks.doctype_js[doctype]
		page, _hash, anchor = target.partition("#")
		html = medusa_help.as_html((medusa_help.DOCS / f"{page}.md").read_text())
		assert not anchor or f'id="{anchor}"' in html


def test_a_user_of_the_desk_reads_a_page():
	page = signed_in("reader@example.com", "Medusa Manager").get("/medusa-help?page=configure")
	text = page.get_data(as_text=True)
	assert page.status_code == 200
	assert "<h1" in text and "Configure" in text and "Backend URL" in text
	assert "/medusa-help?page=prices" in text  # a link to another page
	assert "data:image/png;base64,iVBOR" in text  # a picture


def test_the_index_comes_first():
	text = signed_in("index@example.com", "Medusa Manager").get("/medusa-help").get_data(as_text=True)
	assert "/medusa-help?page=troubleshoot" in text


def test_a_stranger_reads_nothing():
	assert Client().get("/medusa-help?page=configure").status_code in (302, 403)
	assert signed_in("portal@example.com").get("/medusa-help?page=configure").status_code == 403


@pytest.mark.parametrize("page", ["nothing", "../README", "..%2Fpyproject", "pictures/inbox", "configure.md"])
def test_another_file_is_no_page(page):
	client = signed_in(f"{frappe.generate_hash(length=6)}@example.com", "Medusa Manager")
	reply = client.get(f"/medusa-help?page={page}")
	assert 'data-path="404"' in reply.get_data(as_text=True)  # Frappe 15 answers it with the status 200


@pytest.mark.parametrize("path", sorted(medusa_help.DOCS.glob("*.md")), ids=lambda path: path.stem)
def test_no_link_of_a_page_leads_nowhere(path):
	html = medusa_help.as_html(path.read_text())
	links = re.findall(r'(?:href|src)="([^"#][^"]*)"', html)
	lost = [
		link
		for link in links
		if not link.startswith(("http", "/medusa-help?page=", "data:image/png;base64,i"))
	]
	assert lost == []
