"""Prepares the unique indexes on ids from Medusa: no two documents with the same id, and NULL instead of empty text."""

from collections import defaultdict

import frappe
from frappe.query_builder.functions import Count

from medusa_integration import settings
from medusa_integration.customers import party_ids
from medusa_integration.delivery.documents import write_alike
from medusa_integration.sync.kinds import UNIQUE_FIELDS, WRITTEN_FIELDS

UNIQUE = {**UNIQUE_FIELDS, **{doctype: ("medusa_id",) for doctype in party_ids.DOCTYPES}}
WRITTEN = {**WRITTEN_FIELDS, **{doctype: party_ids.FIELDS for doctype in party_ids.DOCTYPES}}


def execute() -> None:
	"""Leave an id that several documents have with the one that the record in Medusa belongs to. Queues no
	rows."""
	for doctype, fields in UNIQUE.items():  # Website Items first: they decide which Item keeps an id.
		for field in fields:
			if frappe.db.has_column(doctype, field):
				frappe.db.set_value(doctype, {field: ""}, field, None, update_modified=False)
				_leave_one_each(doctype, field)


def _leave_one_each(doctype: str, field: str) -> None:
	losers, told = [], []
	for holders in _doubles(doctype, field):
		keeper, *others = sorted(holders, key=RANKS[doctype])
		losers += others
		told.append(
			f"{keeper[field]}: {keeper.name} keeps it, {', '.join(row.name for row in others)} lost it"
		)
	# The values kept from the last sending belong to that record as well.
	there = [each for each in WRITTEN[doctype] if each not in KEPT and frappe.db.has_column(doctype, each)]
	write_alike(doctype, sorted({row.name for row in losers}), dict.fromkeys(there))
	if told:
		title = f"Medusa: several documents of {doctype} had the same {field}"
		frappe.log_error(title=title, message="\n".join(told))


def _doubles(doctype: str, field: str) -> list[list[frappe._dict]]:
	table = frappe.qb.DocType(doctype)
	several = (
		frappe.qb.from_(table)
		.select(table[field])
		.where(table[field].isnotnull())
		.groupby(table[field])
		.having(Count("*") > 1)
	)
	ids = several.run(pluck=True)
	if not ids:
		return []
	rows = frappe.get_all(doctype, {field: ("in", ids)}, ["*"], order_by="creation, name")
	holders = defaultdict(list)
	for row in rows:
		holders[row[field].strip().casefold()].append(row)  # as the index compares
	return list(holders.values())


def _age(row: frappe._dict) -> tuple:
	return (row.creation, row.name)


def _of_website_item(row: frappe._dict) -> tuple:
	return (not row.medusa_synced_on, *_age(row))


def _of_customer(row: frappe._dict) -> tuple:
	return (bool(row.disabled), *_age(row))


def _of_item(row: frappe._dict) -> tuple:
	linked = frappe.db.get_value("Website Item", {"item_code": row.name}, "medusa_id")
	return (not linked or linked != row.medusa_id, *_age(row))


def _of_item_price(row: frappe._dict) -> tuple:
	return (row.price_list != settings.current().price_list or bool(row.customer), *_age(row))


KEPT = ("custom_in_stock", "custom_medusa_route", "t_c_acceptance")
RANKS = {
	"Website Item": _of_website_item,
	"Item": _of_item,
	"Item Group": _age,
	"Item Price": _of_item_price,
	"Customer": _of_customer,
	"Lead": _age,
}
