"""The taxes of selling documents, from the Item Tax Templates of their items.

Source: docs/reference.md, "Quotations from the shop".
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import frappe
from frappe.utils import cstr, flt, getdate

from medusa_integration import tree


def set_taxes(doc, company: str) -> None:
	"""Give each row its Item Tax Template, and the document a row of taxes for each account of these
	templates.

	As in ERPNext, the item's own templates come first, then those of its Item Group and of the groups above.
	A template counts if it is the company's, in force on the document's day, and for its tax category and the
	row's rate. The account's row has rate 0, since each item's own rate counts. Taxes from other sources
	stay. Takes a constant number of queries.

	:param doc: not saved yet; its rows have item_code and rate
	"""
	templates = _Templates({row.item_code for row in doc.items}, company)
	for row in doc.items:
		row.item_tax_template = templates.of(row, doc)
	accounts = _accounts({row.item_tax_template for row in doc.items} - {None}, company)
	kept = [row for row in doc.get("taxes") or [] if row.account_head in accounts or not _is_of_items(row)]
	missing = [account for account in accounts if account not in {row.account_head for row in kept}]
	doc.set("taxes", [*kept, *map(_row, missing)])


def _row(account: str) -> dict:
	return {"charge_type": "On Net Total", "account_head": account, "rate": 0, "description": account}


def _is_of_items(row) -> bool:
	"""Whether a row of taxes is as `_row` makes it."""
	return row.charge_type == "On Net Total" and not flt(row.rate) and row.description == row.account_head


class _Templates:
	"""The Item Tax rows of items and of their groups."""

	def __init__(self, item_codes: Iterable[str], company: str) -> None:
		items = frappe.get_all(
			"Item", {"name": ("in", list(item_codes))}, ["name", "item_group"], order_by=None
		)
		self._paths = tree.paths("Item Group", {item.item_group for item in items} - {None, ""})
		self._groups = {item.name: item.item_group for item in items}
		groups = {group for path in self._paths.values() for group in path}
		self._rows = _item_taxes(set(self._groups), groups, company)

	def of(self, row, doc) -> str | None:
		"""The template of a document's row. Where a template of any level is limited to a time or a rate,
		ERPNext's totals accept only limited ones."""
		levels = [self._rows["Item", row.item_code]]
		for group in self._paths.get(self._groups.get(row.item_code), []):
			levels.append(self._rows["Item Group", group])
		day = getdate(doc.get("transaction_date") or doc.get("posting_date"))
		category, rate = cstr(doc.get("tax_category")), flt(row.rate) * (flt(doc.get("conversion_rate")) or 1)
		chosen = next(filter(None, (_fitting(level, day, rate, category) for level in levels)), [])
		accepted = _fitting([each for level in levels for each in level], day, rate, category)
		if not chosen:
			return None
		return chosen[0] if chosen[0] in accepted or not accepted else accepted[0]


def _fitting(rows: list[frappe._dict], day: date, rate: float, category: str) -> list[str]:
	"""The templates that hold, the best one first: those with limits, the latest first, else those without."""
	limited = [row for row in rows if row.valid_from or flt(row.maximum_net_rate)]
	holding = [row for row in limited if _holds(row, day, rate)]
	if holding:
		holding.sort(key=lambda row: getdate(row.valid_from) if row.valid_from else date.min, reverse=True)
	else:
		holding = [row for row in rows if row not in limited]
	return [row.item_tax_template for row in holding if cstr(row.tax_category) == category]


def _holds(row: frappe._dict, day: date, rate: float) -> bool:
	if row.valid_from and getdate(row.valid_from) > day:
		return False
	most = flt(row.maximum_net_rate)
	return not most or flt(row.minimum_net_rate) <= rate <= most


def _item_taxes(items: set[str], groups: set[str], company: str) -> dict[tuple, list[frappe._dict]]:
	"""`{(DocType, name): its Item Tax rows}` that name an enabled template of the company."""
	tax, template = frappe.qb.DocType("Item Tax"), frappe.qb.DocType("Item Tax Template")
	rows = (
		frappe.qb.from_(tax)
		.join(template)
		.on(template.name == tax.item_tax_template)
		.select(
			tax.parenttype, tax.parent, tax.item_tax_template, tax.tax_category, tax.valid_from,
			tax.minimum_net_rate, tax.maximum_net_rate,
		)
		.where((template.company == company) & (template.disabled == 0))
		.where(
			((tax.parenttype == "Item") & tax.parent.isin(list(items) or [""]))
			| ((tax.parenttype == "Item Group") & tax.parent.isin(list(groups) or [""]))
		)
		.orderby(tax.parenttype)
		.orderby(tax.parent)
		.orderby(tax.idx)
	).run(as_dict=True)  # fmt: skip
	grouped = defaultdict(list)
	for row in rows:
		grouped[row.parenttype, row.parent].append(row)
	return grouped


def _accounts(templates: set[str], company: str) -> list[str]:
	"""The company's accounts that the templates name, each once."""
	detail, account = frappe.qb.DocType("Item Tax Template Detail"), frappe.qb.DocType("Account")
	rows = (
		frappe.qb.from_(detail)
		.join(account)
		.on(account.name == detail.tax_type)
		.select(detail.tax_type)
		.where(detail.parent.isin(list(templates) or [""]) & (account.company == company))
		.orderby(detail.parent)
		.orderby(detail.idx)
	).run(pluck=True)
	return list(dict.fromkeys(rows))
