"""Many documents, a page at a time, so that no list holds them all."""

from collections.abc import Iterator
from typing import Any

import frappe

SIZE = 2000  # documents that are read together


def pages(
	doctype: str, filters: dict, fields: list[str], or_filters: dict[str, Any] | None = None
) -> Iterator[list[frappe._dict]]:
	"""The documents that match, by name, in pages of `SIZE`: one query each, which begins after the last page's last name.

	:param filters: as frappe.get_all takes them, without one of the name
	:param fields: of the documents, beside their name
	"""
	last = ""
	while page := frappe.get_all(
		doctype,
		{**filters, "name": (">", last)},
		["name", *fields],
		or_filters=or_filters,
		order_by="name",
		limit_page_length=SIZE,
	):
		yield page
		last = page[-1].name
