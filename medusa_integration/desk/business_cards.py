"""The calls of the workspace's number cards about the business. Each function checks the user's permission first, and counts the
documents that the user may read.

Source: docs/reference.md, "Whitelisted calls".
"""

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions
from frappe.utils import escape_html, get_first_day, getdate, today

from medusa_integration import settings
from medusa_integration.delivery.box import outbox
from medusa_integration.desk.number_cards import linked
from medusa_integration.money import decimals_of
from medusa_integration.operations import status

ORDER, QUOTATION = "Sales Order", "Quotation"
TO_DELIVER = ("To Deliver and Bill", "To Deliver")
ENDED = ("Closed", "Cancelled")
OPEN_QUOTATIONS = ("Draft", "Open", "Replied", "Partially Ordered")
MOST_NAMED = 100  # orders in a card's link


@frappe.whitelist()
def get_state(filters=None) -> str:
	"""The number card *Medusa*: an outage in red, or that there is none.

	:param filters: passed by the card, not used
	:returns: words as HTML, with a link to the Medusa Configuration
	:raises frappe.PermissionError: without read permission for the Medusa Outbox
	"""
	frappe.has_permission(outbox.doctype, "read", throw=True)
	colour, words = _state()
	shown = f'<span style="font-size: var(--text-lg)">{escape_html(words)}</span>'
	return linked(shown, settings.CONFIGURATION, "", colour)


def _state() -> tuple[str, str]:
	"""The colour and the words of the integration's state, the worst first."""
	facts = status.overview()
	if not facts["enabled"]:
		return "var(--gray-600)", _("Switched off: nothing is sent")
	if facts["outage"]:
		minutes = -(-facts["outage"] // 60)
		return "var(--red-500)", _("{0}, next try within {1} min").format(facts["problem"], minutes)
	if facts["silence"]:
		return "var(--orange-500)", _("Medusa hasn't answered for {0} s").format(facts["silence"])
	if facts["stalled"] > status.STALLED_AFTER:
		words = _("Nothing sent for {0} min: are the scheduler and a worker running?")
		return "var(--red-500)", words.format(facts["stalled"] // 60)
	if not facts["last_success"]:
		return "var(--gray-600)", _("No call yet: choose Test Connection")
	return "var(--green-600)", _("Medusa answers")


@frappe.whitelist()
def count_orders_today(filters=None) -> str:
	"""The number card of the shop's orders of today, drafts too.

	:param filters: passed by the card, not used
	:returns: the number as HTML, with a link to the orders
	:raises frappe.PermissionError: without read permission for Sales Orders
	"""
	wanted = {"transaction_date": today(), "docstatus": ("<", 2)}
	return linked(_count(ORDER, wanted), ORDER, f"from_ecommerce=1&transaction_date={today()}")


@frappe.whitelist()
def sum_turnover_this_month(filters=None) -> str:
	"""The number card of this month's turnover: the shop's Sales Orders with taxes and shipping, drafts left out.

	:param filters: passed by the card, not used
	:returns: the sum in the company's currency as HTML; where companies have several currencies, a sum for each
	:raises frappe.PermissionError: without read permission for Sales Orders
	"""
	frappe.has_permission(ORDER, "read", throw=True)
	totals: dict[str, float] = {}
	for row in of_days(get_first_day(today()), getdate(today())):
		totals[row.currency] = totals.get(row.currency, 0) + row.total
	if not totals:
		own = settings.company_or_none()
		totals = {frappe.get_cached_value("Company", own, "default_currency"): 0} if own else {}
	shown = " · ".join(f"{totals[each]:,.{decimals_of(each)}f} {each}" for each in sorted(totals)) or "0"
	return linked(escape_html(shown), ORDER, "from_ecommerce=1&docstatus=1")


def of_days(since, until, company: str | None = None) -> list[frappe._dict]:
	"""The submitted Sales Orders of the shop that the user may read, in one query: `day`, `currency` (the company's), `number`
	of orders without those of exchanges, and their `total` in that currency.

	:param since: the first day
	:param until: the last one, which is included
	:param company: only its orders
	"""
	allowed = build_match_conditions(ORDER)
	rows = frappe.db.sql(
		f"""
		select `tabSales Order`.transaction_date as day, company.default_currency as currency,
			sum(case when coalesce(`tabSales Order`.medusa_exchange_id, '') = '' then 1 else 0 end) as number,
			sum(`tabSales Order`.base_grand_total) as total
		from `tabSales Order` join `tabCompany` company on company.name = `tabSales Order`.company
		where `tabSales Order`.from_ecommerce = 1 and `tabSales Order`.docstatus = 1
			and `tabSales Order`.transaction_date between %(since)s and %(until)s
			and (%(company)s = '' or `tabSales Order`.company = %(company)s)
			{f"and ({allowed})" if allowed else ""}
		group by `tabSales Order`.transaction_date, company.default_currency
		""",
		{"since": since, "until": until, "company": company or ""},
		as_dict=True,
	)
	for row in rows:
		row.day = getdate(row.day)
	return rows


@frappe.whitelist()
def count_undelivered(filters=None) -> str:
	"""The number card of the shop's submitted orders that aren't delivered.

	:param filters: passed by the card, not used
	:returns: the number as HTML, with a link to the orders
	:raises frappe.PermissionError: without read permission for Sales Orders
	"""
	shown = _count(ORDER, {"docstatus": 1, "status": ("in", TO_DELIVER)})
	return linked(
		shown, ORDER, f"from_ecommerce=1&status={frappe.as_json(['in', list(TO_DELIVER)], indent=None)}"
	)


@frappe.whitelist()
def count_unpaid(filters=None) -> str:
	"""The number card of the shop's submitted orders that aren't paid: an invoice of the order is open, or it isn't billed in
	full and was paid less than its total in advance. Closed orders don't count.

	:param filters: passed by the card, not used
	:returns: the number as HTML, with a link to the orders
	:raises frappe.PermissionError: without read permission for Sales Orders
	"""
	frappe.has_permission(ORDER, "read", throw=True)
	names = _unpaid()
	query = "from_ecommerce=1"
	if 0 < len(names) <= MOST_NAMED:
		query = f"name={frappe.as_json(['in', names], indent=None)}"
	return linked(len(names), ORDER, query)


def _unpaid() -> list[str]:
	allowed = build_match_conditions(ORDER)
	return frappe.db.sql(
		f"""
		select `tabSales Order`.name from `tabSales Order`
		where `tabSales Order`.from_ecommerce = 1 and `tabSales Order`.docstatus = 1
			and `tabSales Order`.status not in %(ended)s and `tabSales Order`.grand_total > 0
			and (
				exists (
					select 1 from `tabSales Invoice Item` item join `tabSales Invoice` invoice on invoice.name = item.parent
					where item.sales_order = `tabSales Order`.name and invoice.docstatus = 1 and invoice.is_return = 0
						and invoice.outstanding_amount > 0
				)
				or (
					`tabSales Order`.per_billed < 100
					and `tabSales Order`.advance_paid < 0.999 * (
						case when `tabSales Order`.party_account_currency = `tabSales Order`.currency
						then `tabSales Order`.grand_total else `tabSales Order`.base_grand_total end
					)
				)
			)
			{f"and ({allowed})" if allowed else ""}
		order by `tabSales Order`.name
		""",
		{"ended": ENDED},
		pluck=True,
	)


@frappe.whitelist()
def count_open_quotations(filters=None) -> str:
	"""The number card of the shop's Quotations that aren't ordered, lost, expired or cancelled.

	:param filters: passed by the card, not used
	:returns: the number as HTML, with a link to the Quotations
	:raises frappe.PermissionError: without read permission for Quotations
	"""
	shown = _count(QUOTATION, {"docstatus": ("<", 2), "status": ("in", OPEN_QUOTATIONS)})
	states = frappe.as_json(["in", list(OPEN_QUOTATIONS)], indent=None)
	return linked(shown, QUOTATION, f"from_ecommerce=1&status={states}")


def _count(doctype: str, filters: dict) -> int:
	"""How many of the shop's documents the user may read."""
	frappe.has_permission(doctype, "read", throw=True)
	return len(
		frappe.get_list(doctype, filters={"from_ecommerce": 1, **filters}, pluck="name", limit_page_length=0)
	)
