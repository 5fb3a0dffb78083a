"""Links that open the PDF of a quotation or an invoice without a login: one document, in the company's print
format, until a day. The site doesn't store links: each carries a signature of its document and day.

Source: docs/reference.md, "PDF links".
"""

import hmac
import json
import re
from collections.abc import Sequence
from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.translate import print_language
from frappe.utils import add_days, cint, get_url, getdate, strip_html, today
from frappe.utils.password import get_encryption_key
from werkzeug.wrappers import Response

from medusa_integration import settings
from medusa_integration.orders.origin import made_from
from medusa_integration.storefront import limits, visitor
from medusa_integration.storefront.errors import Unavailable, bad_request, conflict, not_found
from medusa_integration.storefront.limits import Limit

QUOTATION, INVOICE = "Quotation", "Sales Invoice"
NAME = "medusa_integration.api.open_pdf"
PURPOSE = "medusa_integration: PDF link"
PRINTS = Limit("prints", 30, 60)  # of one visitor: a print takes a worker seconds
HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
_TOKEN = re.compile("[0-9a-f]{64}")


def pdf_urls(doctype: str, names: Sequence[str]) -> dict[str, str]:
	"""`{name: URL}`; the same URLs for the rest of the day.

	:param doctype: Quotation or Sales Invoice
	:param names: of documents that the caller may see
	"""
	expires = add_days(today(), settings.current().pdf_link_days)
	return {name: _url(doctype, name, expires) for name in names}


def check_printable(doc) -> None:
	"""
	:raises Conflict: a draft or cancelled document, which ERPNext's print settings don't allow to be printed
	"""
	for docstatus, setting in ((0, "allow_print_for_draft"), (2, "allow_print_for_cancelled")):
		if doc.docstatus == docstatus and not cint(frappe.db.get_single_value("Print Settings", setting)):
			conflict(_("{0} is {1}: it can't be printed.").format(doc.name, _(doc.status)))


# Outside access.py: a browser opens the link, and the link's token says which document may be read.
@frappe.whitelist(allow_guest=True, xss_safe=True, methods=["GET"])
def open_pdf(
	*, doctype: object = None, name: object = None, expires: object = None, token: object = None
) -> Response:
	"""The PDF of a link from `pdf_urls`, as a page that no cache stores and no search engine lists. A refusal
	is plain text.

	:param doctype: Quotation or Sales Invoice
	:param name: of the document
	:param expires: the last day on which the link opens, in ISO 8601
	:param token: the signature of the other arguments
	:returns: the PDF; 400 and 403 for a link that isn't this site's, 404 for a deleted document, 409 for a
		document that the print settings don't allow to be printed, 410 after the last day, 429 beyond the
		limit, 503 where printing fails or the integration is off
	"""
	try:
		_check(doctype, name, expires, token)
		doc = _document(doctype, name)
		limits.count(visitor.counted_by(), PRINTS)
		# The print view reads further options, as other settings, from the request.
		frappe.local.form_dict = frappe._dict(cmd=NAME)
		response = _response(_printed(doc), "application/pdf")
	except (frappe.ValidationError, frappe.PermissionError) as error:
		words = strip_html(str(error)).encode()
		return _response(words, "text/plain; charset=utf-8", error.http_status_code)
	filename = f"{doc.name}.pdf".replace(" ", "-").replace("/", "-")  # as Frappe's own
	response.headers.set("Content-Disposition", "inline", filename=filename)
	return response


def _url(doctype: str, name: str, expires: str) -> str:
	query = {"doctype": doctype, "name": name, "expires": expires, "token": _token(doctype, name, expires)}
	return get_url(f"/api/method/{NAME}?{urlencode(query)}")


def _token(doctype: str, name: str, expires: str) -> str:
	key = hmac.digest(get_encryption_key().encode(), PURPOSE.encode(), "sha256")
	return hmac.digest(key, json.dumps([PURPOSE, doctype, name, expires]).encode(), "sha256").hex()


def _check(doctype: object, name: object, expires: object, token: object) -> None:
	"""
	:raises BadRequest: a part of the link is missing
	:raises frappe.PermissionError: the token isn't the signature of the other parts
	:raises frappe.LinkExpired: the link's last day is over
	:raises Unavailable: the integration is switched off
	"""
	if not settings.enabled():
		frappe.throw(
			_("The shop's documents can't be opened just now. Try again later."),
			Unavailable,
			title=_("Medusa is switched off"),
		)
	if not all(isinstance(each, str) and each for each in (doctype, name, expires, token)):
		bad_request(_("A part of the link is missing. Open the document in the shop again."))
	signed = _TOKEN.fullmatch(token) and hmac.compare_digest(token, _token(doctype, name, expires))
	if not signed or doctype not in (QUOTATION, INVOICE):
		frappe.throw(
			_("This isn't a link of this site. Open the document in the shop again."),
			frappe.PermissionError,
			title=_("Not permitted"),
		)
	if getdate(expires) < getdate(today()):
		frappe.throw(
			_("This link has expired. Open the document in the shop again."),
			frappe.LinkExpired,
			title=_("Link expired"),
		)


def _document(doctype: str, name: str):
	"""
	:raises NotFound: there is no such document of the shop
	:raises Conflict: the document may not be printed
	"""
	doc = frappe.get_doc(doctype, name) if frappe.db.exists(doctype, name) else None
	if not doc or not _is_of_shop(doc):
		not_found(_("{0} doesn't exist any more. Look in the shop for another one.").format(name))
	check_printable(doc)
	return doc


def _is_of_shop(doc) -> bool:
	"""Whether a document came from the shop. An invoice may be older than its order's id in Medusa, and then
	isn't marked itself."""
	if doc.get("from_ecommerce"):
		return True
	orders = list(made_from(doc)) if doc.doctype == INVOICE else []
	return bool(orders and frappe.db.exists("Sales Order", {"name": ("in", orders), "from_ecommerce": 1}))


def _printed(doc) -> bytes:
	"""The PDF, though the visitor has no rights in ERPNext.

	:raises Unavailable: printing has failed; the Error Log says why
	"""
	print_format = _print_format(doc.doctype)
	frappe.flags.ignore_print_permissions = True
	try:
		with print_language(_language(doc, print_format)):
			# Not 0, Frappe's default: None leaves the letter head to the print settings.
			return frappe.get_print(
				doc.doctype, doc.name, print_format, doc=doc, as_pdf=True, no_letterhead=None
			)
	except Exception:
		frappe.log_error(
			title="Storefront: a PDF can't be printed",
			message=frappe.get_traceback(),
			reference_doctype=doc.doctype,
			reference_name=doc.name,
			defer_insert=True,
		)
		frappe.throw(
			_("{0} can't be printed now. Try again later, or ask the shop for it.").format(doc.name),
			Unavailable,
			title=_("Not printed"),
		)
	finally:
		frappe.flags.ignore_print_permissions = False


def _print_format(doctype: str) -> str:
	chosen = settings.configuration().print_format if doctype == QUOTATION else None
	return chosen or frappe.get_meta(doctype).default_print_format or "Standard"


def _language(doc, print_format: str) -> str | None:
	"""The language in which the Desk prints the document."""
	of_format = frappe.get_cached_value("Print Format", print_format, "default_print_language")
	return doc.get("language") or of_format or frappe.get_system_settings("language")


def _response(body: bytes, content_type: str, code: int = 200) -> Response:
	return Response(body, code, HEADERS, content_type=content_type)
