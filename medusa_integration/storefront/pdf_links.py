"""Links that open a document's PDF without a login, and only that one, for as many days as the settings say.

Source: docs/reference.md, "Quotations from the shop".
"""

from collections.abc import Sequence
from urllib.parse import urlencode

import frappe
from frappe.utils import add_days, get_url, getdate, today

from medusa_integration import settings

KEY = "Document Share Key"


def pdf_urls(doctype: str, names: Sequence[str], print_format: str | None = None) -> dict[str, str]:
	"""`{name: URL}`; the same ones while they are valid for another day. Writes the keys that are missing.

	:param names: of documents that the caller may see
	:param print_format: else ERPNext's default one
	"""
	keys = _standing_keys(doctype, names)
	return {
		name: _url(doctype, name, print_format or "Standard", keys.get(name) or _new_key(doctype, name))
		for name in names
	}


def _url(doctype: str, name: str, print_format: str, key: str) -> str:
	query = {"doctype": doctype, "name": name, "format": print_format, "key": key}
	return get_url(f"/api/method/frappe.utils.print_format.download_pdf?{urlencode(query)}")


def _standing_keys(doctype: str, names: Sequence[str]) -> dict[str, str]:
	"""Frappe's keys that open these documents, of several the one that holds longest."""
	if not names:
		return {}
	rows = frappe.get_all(
		KEY,
		{
			"reference_doctype": doctype,
			"reference_docname": ("in", list(names)),
			"expires_on": ("between", (add_days(today(), 1), _last_day())),
		},
		["reference_docname", "key"],
		order_by="expires_on",
	)
	return {row.reference_docname: row.key for row in rows}


def _new_key(doctype: str, name: str) -> str:
	doc = frappe.new_doc(KEY)
	doc.update({"reference_doctype": doctype, "reference_docname": name, "expires_on": getdate(_last_day())})
	return doc.insert(ignore_permissions=True).key


def _last_day() -> str:
	return add_days(today(), settings.storefront().pdf_link_days)
