"""The workspace's cards and charts of the business: the shop's own documents, as far as the user may read them."""

import time

import frappe
import pytest
from frappe.desk.desktop import get_desktop_page
from frappe.permissions import add_user_permission, remove_user_permission
from frappe.utils import add_days, strip_html, today

from medusa_integration.delivery import outage
from medusa_integration.desk import business_cards as cards
from medusa_integration.medusa_integration.dashboard_chart_source.medusa_orders_by_day import (
	medusa_orders_by_day as orders_by_day,
)
from medusa_integration.medusa_integration.dashboard_chart_source.medusa_turnover_by_day import (
	medusa_turnover_by_day as turnover_by_day,
)
from tests.support import factories
from tests.support.factories import configure
from tests.support.selling import second_company
from tests.support.users import signed_in

BUSINESS = {
	"Medusa Orders Today",
	"Medusa Turnover This Month",
	"Medusa Undelivered",
	"Medusa Unpaid",
	"Medusa Open Quotations",
}
RED = "var(--red-500)"


def shown(card) -> str:
	frappe.db.commit()
	return strip_html(card(filters="[]"))


def order(days: int = 0, *rows: tuple, **values):
	values.setdefault("medusa_order_id", f"order_{frappe.generate_hash(length=8)}")
	placed = add_days(today(), -days)
	return factories.sales_order(*(rows or (("G-1", 2, 5),)), transaction_date=placed, **values)


def of_others() -> None:
	"""Documents that aren't the shop's."""
	factories.sales_order(("G-1", 7, 5), medusa_order_id=None, from_ecommerce=0)
	factories.quotation(("G-1", 7, 5), from_ecommerce=0)


def test_without_any_order(medusa):
	of_others()
	counts = (
		cards.count_orders_today,
		cards.count_undelivered,
		cards.count_unpaid,
		cards.count_open_quotations,
	)
	assert [shown(card) for card in counts] == ["0"] * 4
	assert "0" in shown(cards.sum_turnover_this_month)
	assert orders_by_day.get() == turnover_by_day.get() == {}  # the Desk says "No Data"


def test_orders_and_turnover_are_those_of_the_shop(medusa):
	of_others()
	total = sum(doc.base_grand_total for doc in (order(), order()))
	order(submit=False)
	assert shown(cards.count_orders_today) == "3"
	assert shown(cards.sum_turnover_this_month) == f"{total:,.3f} OMR"
	older = order(3)
	numbers, sums = orders_by_day.get(), turnover_by_day.get(filters="{}")
	(counted,) = numbers["datasets"]
	assert len(numbers["labels"]) == len(counted["values"]) == 30
	assert (counted["values"][-1], counted["values"][-4], sum(counted["values"])) == (2, 1, 3)
	(summed,) = sums["datasets"]
	assert (summed["name"], summed["values"][-1]) == (
		frappe.get_cached_value("Company", older.company, "default_currency"),
		total,
	)


def set_currency(company: str, currency: str) -> None:
	frappe.db.set_value("Company", company, "default_currency", currency, update_modified=False)
	frappe.db.commit()


def test_companies_of_two_currencies_are_told_apart(medusa):
	abroad = second_company()
	own, other = order(), order(company=abroad)
	set_currency(abroad, "USD")
	try:
		sums = [f"{own.base_grand_total:,.3f} OMR", f"{other.base_grand_total:,.2f} USD"]
		assert shown(cards.sum_turnover_this_month) == " · ".join(sums)
		assert [each["name"] for each in turnover_by_day.get()["datasets"]] == ["OMR", "USD"]
		(only,) = turnover_by_day.get(filters=frappe.as_json({"company": abroad}))["datasets"]
		assert (only["name"], only["values"][-1]) == ("USD", other.base_grand_total)
		assert shown(cards.count_orders_today) == "2"
	finally:
		set_currency(abroad, "OMR")


def test_a_charts_filter_is_the_company(medusa):
	doc = order()
	assert turnover_by_day.get(filters=frappe.as_json({"company": doc.company}))["datasets"]
	assert turnover_by_day.get(filters='{"company": "Another"}') == {}
	for filters in ("[1,", "[]", '{"company": ["x"]}', 5, None):
		assert turnover_by_day.get(filters=filters)["datasets"]


def test_an_order_is_undelivered_and_unpaid_until_it_isnt(medusa):
	doc = order()
	other = order()
	assert [shown(cards.count_undelivered), shown(cards.count_unpaid)] == ["2", "2"]
	assert doc.name in cards.count_unpaid()
	factories.delivery(doc)
	assert [shown(cards.count_undelivered), shown(cards.count_unpaid)] == ["1", "2"]
	bill = factories.invoice(doc)
	assert shown(cards.count_unpaid) == "2"
	factories.payment(bill)
	assert shown(cards.count_unpaid) == "1"
	factories.payment(other)
	assert shown(cards.count_unpaid) == "0"


def test_quotations_are_open_until_they_are_ordered_or_lost(medusa):
	doc = factories.quotation(("G-1", 2, 5))
	assert shown(cards.count_open_quotations) == "1"
	doc.submit()
	assert shown(cards.count_open_quotations) == "1"
	doc.cancel()
	assert shown(cards.count_open_quotations) == "0"


def test_a_card_leads_to_what_it_counts(medusa):
	order()
	assert "/sales-order?from_ecommerce=1&transaction_date=" in cards.count_orders_today()
	assert "/quotation?from_ecommerce=1&status=" in cards.count_open_quotations()


def test_an_outage_is_said_in_red(medusa):
	assert RED not in cards.get_state()
	outage.begin()
	try:
		assert RED in cards.get_state() and "out of reach, next try within 1 min" in shown(cards.get_state)
		outage._note({**outage.noted(), "until": time.time() + 150})
		assert "within 3 min" in shown(cards.get_state)
	finally:
		outage.end()
	configure(medusa, enable=0)
	assert "Switched off" in shown(cards.get_state)


def names_shown() -> tuple[set[str], set[str]]:
	page = get_desktop_page(frappe.as_json({"name": "Medusa", "title": "Medusa", "public": 1}))
	return (
		{row.number_card_name for row in page["number_cards"]["items"]},
		{row.chart_name for row in page["charts"]["items"]},
	)


def test_who_may_not_read_orders_isnt_shown_them(medusa):
	signed_in("medusa-cards@example.com", "Medusa Manager")
	frappe.set_user("medusa-cards@example.com")
	numbers, charts = names_shown()
	assert not numbers & BUSINESS
	assert charts == {"Medusa Calls per Hour"}
	assert {"Medusa State", "Medusa Last Event"} <= numbers
	for call in (
		cards.count_orders_today,
		cards.sum_turnover_this_month,
		cards.count_undelivered,
		cards.count_unpaid,
		cards.count_open_quotations,
		orders_by_day.get,
		turnover_by_day.get,
	):
		with pytest.raises(frappe.PermissionError):
			call()


def test_who_may_read_orders_sees_all_of_it(medusa):
	numbers, charts = names_shown()
	assert numbers >= BUSINESS
	assert {"Medusa Orders by Day", "Medusa Turnover by Day"} <= charts


def test_each_chart_answers_the_desk_which_passes_more_parameters_than_it_names():
	desk = signed_in("medusa-charts@example.com", "Medusa Manager", "Sales User")
	sources = frappe.get_all("Dashboard Chart Source", {"module": "Medusa Integration"}, pluck="name")
	assert len(sources) == 3
	for source in sources:
		name = frappe.scrub(source)
		method = f"medusa_integration.medusa_integration.dashboard_chart_source.{name}.{name}.get"
		passed = {
			"chart_name": source, "filters": '{"company": "Another"}', "refresh": 1, "time_interval": "", "timespan": "",
			"from_date": "", "to_date": "", "heatmap_year": "", "chart": "{}", "no_cache": 0,
		}  # fmt: skip
		assert desk.post(f"/api/method/{method}", data=passed).status_code == 200


def test_a_user_who_is_kept_to_one_customer_counts_its_orders_alone(medusa):
	own, other = factories.customer("Own"), factories.customer("Other")
	mine = order(customer=own.name)
	order(customer=other.name)
	email = "medusa-kept-to-one@example.com"
	signed_in(email, "Medusa Manager", "Sales User")
	add_user_permission("Customer", own.name, email)
	try:
		frappe.set_user(email)
		counts = (cards.count_orders_today, cards.count_undelivered, cards.count_unpaid)
		assert [shown(card) for card in counts] == ["1"] * 3
		assert shown(cards.sum_turnover_this_month) == f"{mine.base_grand_total:,.3f} OMR"
		assert sum(orders_by_day.get()["datasets"][0]["values"]) == 1
	finally:
		frappe.set_user("Administrator")
		remove_user_permission("Customer", own.name, email)
