"""The rules in the configuration's table *Sales Channels*: checked when it is saved, and counted for its form.

Source: docs/reference.md, "Storefronts".
"""

import frappe
from frappe import _

from medusa_integration.products import channels


def check(configuration) -> None:
	"""Refuse rules that say nothing or contradict themselves. A row with an Item Group, Brand or list sells chosen items.

	:raises frappe.ValidationError: with the row's number
	"""
	for row in configuration.get("sales_channels") or ():
		row.sales_channel = (row.sales_channel or "").strip()
		filled = [row.meta.get_label(field) for field in channels.CRITERIA if row.get(field)]
		if filled and not row.sells:
			row.sells = channels.CHOSEN
		if problem := _problem(row, filled):
			words = _("Sales Channels, row {0}: {1}").format(row.idx, problem)
			frappe.throw(words, title=_("Sales Channels"))


def _problem(row, filled: list[str]) -> str:
	if not row.sells:
		return ""
	if not row.sales_channel:
		return _("choose a sales channel, or leave Sells blank: a row without one is for orders only.")
	if row.sells == channels.CHOSEN and not filled:
		return _("Chosen Items needs an Item Group, a Brand or a price list.")
	if row.sells != channels.CHOSEN and filled:
		return _("{0} doesn't go with {1}: leave it blank, or choose Chosen Items.").format(
			", ".join(map(_, filled)), _(row.sells)
		)
	return ""


def count(configuration) -> None:
	"""Fill in how many Website Items each row selects."""
	for row in configuration.get("sales_channels") or ():
		row.item_count = channels.count(row)


def signature(configuration) -> set[tuple]:
	"""The values of the rules, to see whether they have changed."""
	rows = (configuration.get("sales_channels") or ()) if configuration else ()
	fields = ("sales_channel", "sells", *channels.CRITERIA)
	return {tuple(row.get(field) or "" for field in fields) for row in rows if row.get("sells")}
