"""The plugin and ERPNext itself: from a purchase to the row in the inbox, and from an invoice to the shop's customer."""

import time

import frappe
import pytest

from medusa_integration.delivery.box import inbox
from tests.support import buying, factories
from tests.support.checks import until
from tests.support.served import served
from tests.support.storefront import SECRET, configure_storefront


@pytest.fixture
def erpnext(shop, plugin_project):
	"""Medusa's plugin calls the site, and the site knows this Medusa."""
	factories.configure(shop)
	configure_storefront(enable=1, import_orders=1)
	before = plugin_project.options
	with served() as url:
		plugin_project.options = {"erpUrl": url + "/", "signingSecret": SECRET, "timeout": 20_000}
		shop.restart()
		yield
	plugin_project.options = before
	shop.restart()


def queued(id: str) -> str | None:
	frappe.db.rollback()
	return frappe.db.get_value(inbox.doctype, {"reference_name": id}, "kind")


def test_from_a_purchase_to_the_inbox_and_from_an_invoice_to_the_customer(shop, erpnext):
	buyer = buying.sign_up(shop)
	id = buying.place(shop, [("G-1", 2)], buyer=buyer)
	assert until(lambda: queued(id), seconds=60) == "Order"
	frappe.db.delete(inbox.doctype)
	frappe.db.commit()
	assert shop.admin("POST", f"/admin/erp/orders/{id}/sync")["queued"]
	assert queued(id) == "Order"
	path = f"/store/erp/orders/{id}"
	assert shop.store("GET", path, token=buyer.token)["order"]["status"] is None
	customer = factories.customer("Buyer", medusa_id=buyer.id).name
	order = factories.sales_order(customer=customer, medusa_order_id=id)
	parcel = factories.delivery(order, lr_no="GP 4711")
	bill = factories.invoice(order)
	frappe.db.commit()
	shown = shop.store("GET", path, token=buyer.token)["order"]
	assert shown["status"] == "Completed"
	assert [(row["name"], row["tracking_number"]) for row in shown["deliveries"]] == [
		(parcel.name, "GP 4711")
	]
	(row,) = shown["invoices"]
	assert row["name"] == bill.name
	assert "token=" in row["pdf_url"]
	found = shop.admin("GET", f"/admin/erp/orders/{id}")["order"]
	assert found["url"].endswith(f"/app/sales-order/{order.name}")
	assert SECRET not in shop.log.read_text(errors="replace")


def test_a_test_event_comes_back_and_a_wrong_secret_is_named(shop, erpnext, plugin_project, monkeypatch):
	from medusa_integration.operations import event_test

	buying.place(shop, [("G-1", 1)])
	monkeypatch.setattr(event_test, "get_url", lambda: plugin_project.options["erpUrl"].rstrip("/"))

	def tried() -> dict:
		report = event_test.begin()
		while report.awaited:
			time.sleep(0.2)
			report = event_test.outcome()
		return {line.step: line for line in report.lines}

	lines = tried()
	assert lines["Event"].status == "ok", lines
	assert "order.updated" in lines["Event"].message
	configure_storefront(enable=1, import_orders=1, signing_secret="0123456789-another-secret-abcdefghij")
	frappe.db.commit()
	monkeypatch.setattr(event_test, "WAITS", 3)
	lines = tried()
	assert lines["Event"].status == "failed"
	assert "erpUrl and signingSecret" in lines["Plugin"].message
	assert "401" in lines["Plugin"].details
