"""The report *Medusa and the Books*: the orders of a period on both sides, what differs, and why.

Source: docs/reference.md, "Medusa and the Books".
"""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.core.doctype.user_permission.user_permission import get_user_permissions
from frappe.utils import create_batch, getdate

from medusa_integration.medusa.errors import MedusaError
from medusa_integration.money import NOTHING, decimals_of
from medusa_integration.operations import compared_orders, period_report
from medusa_integration.operations.compared_orders import FIGURES, TOTAL, Figures
from medusa_integration.operations.order_import import Period
from medusa_integration.operations.period_report import Line

NAME = "Medusa and the Books"
LONGEST = 366  # days
MOST_AT_ONCE = 500  # orders that a user waits for in front of the report
CURRENCIES_SHOWN = 3  # in the summary


def execute(filters: dict | None = None) -> tuple:
	"""The report's columns, rows, message, chart and summary.

	:param filters: `from_date` and `to_date`, which is included; `company`; `sales_channel`, Medusa's id; `only_differences`
	:raises frappe.PermissionError: without report permission for Sales Orders
	:raises frappe.ValidationError: for days that are no period, or a longer one than a year; while Medusa doesn't answer; for
		more orders than a user may wait for
	"""
	frappe.has_permission("Sales Order", "report", throw=True)
	filters = frappe._dict(filters or {})
	period = _period(filters)
	lines = _readable(_lines(period, filters))
	shown = [line for line in lines if line.is_different or not filters.only_differences]
	return (
		_columns(lines),
		[_row(line) for line in shown],
		_message(lines, shown),
		_chart(lines) if lines else None,
		_summary(lines) if lines else None,
	)


def _message(lines: list[Line], shown: list[Line]) -> str | None:
	if not lines:
		return _("No order was placed on these days.")
	if not shown:
		return _("The order agrees.") if len(lines) == 1 else _("All {0} orders agree.").format(len(lines))
	return None


def _period(filters) -> Period:
	days = [
		_day(filters.get(name), label) for name, label in (("from_date", _("From")), ("to_date", _("To")))
	]
	since, until = days
	if until < since:
		frappe.throw(_("The last day is before the first."), title=_("No period"))
	if (until - since).days >= LONGEST:
		frappe.throw(_("Choose at most {0} days.").format(LONGEST), title=_("The period is too long"))
	return Period(since, until)


def _day(value, label: str) -> date:
	try:
		day = getdate(value) if value else None
	except (TypeError, ValueError, frappe.ValidationError):
		frappe.clear_last_message()
		day = None
	if not day:
		frappe.throw(_("{0} has to be a day, as 2026-11-28.").format(label), title=_("No period"))
	return day


def _lines(period: Period, filters) -> list[Line]:
	most = MOST_AT_ONCE if getattr(frappe.local, "request", None) else 0
	chosen = {"company": filters.get("company") or "", "channel": filters.get("sales_channel") or ""}
	try:
		return list(period_report.lines(period, most=most, **chosen))
	except period_report.TooMany:
		_prepare()
	except MedusaError as error:
		words = _(
			"Medusa doesn't show its orders just now, so there is nothing to compare: {0}. Choose Test Connection in the Medusa Configuration."
		)
		frappe.throw(words.format(error.message.rstrip(".")), title=_("Medusa doesn't answer"))
	return []


def _prepare() -> None:
	"""Switch the report to Frappe's background reports. Commits, since a report is read by GET.

	:raises frappe.ValidationError: always, with the next step
	"""
	frappe.db.set_value("Report", NAME, "prepared_report", 1)
	frappe.db.commit()
	frappe.throw(
		_(
			"There are more than {0} orders on these days. The report is made in the background from now on: load this page again, then press Generate New Report."
		).format(MOST_AT_ONCE),
		title=_("Many orders"),
	)


def _readable(lines: list[Line]) -> list[Line]:
	"""The orders that the user may see: those of Sales Orders that the user may read. Of the others, a user who is kept to
	companies by User Permissions sees those of the companies, and one who is kept to customers none."""
	kept = get_user_permissions()
	companies = {row.get("doc") for row in kept.get("Company", ())}
	names = [line.sales_order for line in lines if line.sales_order]
	read = {
		name
		for part in create_batch(names, 500)
		for name in frappe.get_list(
			"Sales Order", filters={"name": ("in", part)}, pluck="name", limit_page_length=0
		)
	}
	return [
		line
		for line in lines
		if line.sales_order in read
		or (
			not line.sales_order and not kept.get("Customer") and (not companies or line.company in companies)
		)
	]


# --- the table


def _columns(lines: list[Line]) -> list[dict]:
	precision = max((decimals_of(line.currency) for line in lines if line.currency), default=2)
	money = {"fieldtype": "Currency", "options": "currency", "precision": precision, "width": 125}
	whole = all(each == each.to_integral_value() for line in lines for each in _pieces(line))
	pieces = {"fieldtype": "Float", "precision": 0 if whole else 3, "width": 150}
	figures = (
		(TOTAL, _("Total, Medusa"), _("Total, ERPNext"), money),
		("paid", _("Paid, Medusa"), _("Paid, ERPNext"), money),
		("delivered", _("Delivered, Medusa"), _("Delivered, ERPNext"), pieces),
		("returned", _("Returned, Medusa"), _("Returned, ERPNext"), pieces),
	)
	return [
		_column("number", _("Order"), "Data", 70),
		_column("placed", _("Placed"), "Date", 110),
		_column("sales_order", _("Sales Order"), "Link", 185, options="Sales Order"),
		_column("differs", _("What differs"), "Data", 110),
		_column("reason", _("Reason"), "Data", 120),
		_column("why", _("In detail"), "Data", 340),
		*(
			{"fieldname": f"{name}_{side}", "label": label, **values}
			for name, here, there, values in figures
			for side, label in (("medusa", here), ("books", there))
		),
		# Data: Frappe asks for read permission of what a Link leads to.
		_column("currency", _("Currency"), "Data", 80),
		_column("company", _("Company"), "Data", 140),
		_column("medusa_order_id", _("Id in Medusa"), "Data", 260),
	]


def _pieces(line: Line) -> list[Decimal]:
	both = (line.compared.medusa, line.compared.books)
	return [each for figures in both if figures for each in (figures.delivered, figures.returned)]


def _column(fieldname: str, label: str, fieldtype: str, width: int, **more) -> dict:
	values = {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width}
	return {
		**values,
		"align": "left",
		**more,
	}  # The table aligns a column by its first row, which may be blank.


def _row(line: Line) -> dict:
	compared, codes = line.compared, compared_orders.labels()
	names = _figure_names()
	reasons = list(dict.fromkeys(compared.reasons))
	return {
		"number": line.number and f"#{line.number}",
		"placed": line.placed.date() if line.placed else None,
		"sales_order": line.sales_order,
		"differs": ", ".join(names[name] for name in compared.differs),
		"reason": ", ".join(dict.fromkeys(codes[each.code] for each in reasons)),
		"why": " ".join(each.words.replace("\n", " ") for each in reasons),
		**_figures("medusa", compared.medusa),
		**_figures("books", compared.books),
		"currency": line.currency,
		"company": line.company,
		"medusa_order_id": line.id,
		"different": compared.differs,  # for the colours
	}


def _figures(side: str, figures: Figures | None) -> dict:
	return {f"{name}_{side}": float(getattr(figures, name)) if figures else None for name in FIGURES}


def _figure_names() -> dict[str, str]:
	return {TOTAL: _("Total"), "paid": _("Paid"), "delivered": _("Delivered"), "returned": _("Returned")}


# --- above the table


def _chart(lines: list[Line]) -> dict | None:
	"""The orders that differ, by reason; without any, those of each day."""
	codes = compared_orders.labels()
	counts = Counter(
		codes[code]
		for line in lines
		if line.is_different
		for code in {each.code for each in line.compared.reasons}
	)
	if counts:
		labels, name = [label for label, _number in counts.most_common()], _("Orders that differ")
		return _bars(labels, [counts[label] for label in labels], name, "#CB2929")
	days = Counter(str(line.placed.date()) for line in lines if line.placed)
	labels = sorted(days)
	return _bars(labels, [days[label] for label in labels], _("Orders that agree"), "#48BB74")


def _bars(labels: list[str], values: list[int], name: str, color: str) -> dict:
	return {
		"data": {"labels": labels, "datasets": [{"name": name, "values": values}]},
		"type": "bar",
		"colors": [color],
		"fieldtype": "Int",
	}


def _summary(lines: list[Line]) -> list[dict]:
	different = sum(line.is_different for line in lines)
	missing = sum(not line.sales_order and line.is_different for line in lines)
	cards = [
		_number(_("Orders"), len(lines), "Blue"),
		_number(_("Differ"), different, "Red" if different else "Green"),
		_number(_("Not in ERPNext"), missing, "Red" if missing else "Green"),
	]
	totals: dict[str, list[Decimal]] = defaultdict(lambda: [NOTHING, NOTHING])
	for line in lines:
		for place, figures in enumerate((line.compared.medusa, line.compared.books)):
			if figures and line.currency:
				totals[line.currency][place] += figures.total
	for currency in sorted(totals)[:CURRENCIES_SHOWN]:
		here, there = totals[currency]
		color = "Green" if here == there else "Red"
		for label, amount in ((_("{0} in Medusa"), here), (_("{0} in ERPNext"), there)):
			shown = f"{amount:,.{decimals_of(currency)}f}"
			cards.append(
				{"label": label.format(currency), "value": shown, "datatype": "Data", "indicator": color}
			)
	return cards


def _number(label: str, value: int, color: str) -> dict:
	return {"label": label, "value": value, "datatype": "Int", "indicator": color}
