"""The pages of docs/ for users of the Desk: /medusa-help?page=configure. The Documentation Link of each DocType leads here, so that a
site shows the pages of the version that it runs.
"""

import re
from base64 import b64encode
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import md_to_html

no_cache = 1
sitemap = 0
DOCS = Path(__file__).parents[2] / "docs"  # beside the package in the app's folder of a bench
INDEX = "README"
NAME = re.compile(r"[A-Za-z-]+\Z")
PICTURE = re.compile(r"\]\((pictures/[\w-]+\.png)\)")
PAGE = re.compile(r"\]\(([A-Za-z-]+)\.md(#[\w-]*)?\)")
ELSEWHERE = re.compile(r"\[([^\]\[]*)\]\((?!https?:|/|#|data:)[^)\s]*\)")


def get_context(context) -> None:
	"""
	:raises frappe.PermissionError: for a visitor, or a user without the Desk
	:raises frappe.PageDoesNotExistError: for a page that isn't there
	"""
	if (
		frappe.session.user == "Guest"
		or not frappe.get_cached_doc("User", frappe.session.user).has_desk_access()
	):
		raise frappe.PermissionError(_("Log in as a user of the Desk to read the documentation."))
	page = frappe.form_dict.get("page") or INDEX
	path = DOCS / f"{page}.md"
	if not NAME.match(page) or not path.is_file():
		raise frappe.PageDoesNotExistError(_("The documentation has no page {0}.").format(page))
	text = path.read_text()
	context.title = text.partition("\n")[0].lstrip("# ")
	context.body = as_html(text)
	context.index = f"/medusa-help?page={INDEX}"


def as_html(text: str) -> str:
	"""A page of the documentation as HTML: pictures are in it, links lead to this page, and those to files that it doesn't show go."""
	text = PICTURE.sub(lambda found: f"]({_picture(found[1])})", text)
	text = PAGE.sub(lambda found: f"](/medusa-help?page={found[1]}{found[2] or ''})", text)
	return md_to_html(ELSEWHERE.sub(r"\1", text)) or ""


def _picture(name: str) -> str:
	path = DOCS / name
	content = b64encode(path.read_bytes()).decode() if path.is_file() else ""
	return f"data:image/png;base64,{content}"
