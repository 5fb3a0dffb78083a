"""The languages of what is written. Frappe chooses that of a reply: the user's, else the first of the header
Accept-Language that the site has, else the site's.

Source: docs/reference.md, "Languages".
"""

from contextlib import AbstractContextManager

import frappe
from frappe.translate import print_language
from frappe.utils import escape_html
from frappe.utils.jinja_globals import is_rtl

_APP = "medusa_integration."


def of_site() -> str:
	"""The language of the System Settings."""
	return frappe.get_system_settings("language") or "en"


def of_caller() -> str | None:
	"""The language that the request asks for; None where it asks for the site's, and outside a request."""
	return frappe.local.lang if frappe.request and frappe.local.lang != of_site() else None


def in_sites_language() -> AbstractContextManager[None]:
	"""Write the block's texts for the company's people, in a request of a customer with another language."""
	return print_language(of_site())


def html_attributes() -> dict[str, str]:
	"""`lang` and `dir` of a mail in the language in force: Frappe's frame around a mail has neither."""
	return {"lang": frappe.local.lang or "en", "dir": "rtl" if is_rtl() else "ltr"}


def marked(html: str) -> str:
	"""A mail's HTML within an element with its language and direction."""
	attributes = html_attributes()
	return f'<div lang="{escape_html(attributes["lang"])}" dir="{attributes["dir"]}">{html}</div>'


def begin_job(method: str, kwargs: dict | None = None) -> None:
	"""Before each job: ours write in the site's language, such as the reason of a parked row. Frappe begins
	every job in English.

	:param method: the job's function
	:param kwargs: the function's; a scheduled task's is named by `job_type`
	"""
	if method.startswith(_APP) or str((kwargs or {}).get("job_type") or "").startswith(_APP):
		frappe.local.lang = of_site()
