"""What can't be read, or makes the code fail, concerns its own record only."""

import frappe
import pytest

from medusa_integration import json_field, session
from medusa_integration.delivery import settling
from medusa_integration.delivery.box import outbox
from medusa_integration.operations import doctor, queueing
from medusa_integration.products import product_payloads
from medusa_integration.products.collections_to_medusa import COLLECTION
from medusa_integration.stock import stock_to_medusa
from tests.support.checks import assert_in_step, external_ids
from tests.support.factories import (
	configure,
	drain,
	item_group,
	item_price,
	move_stock,
	warehouse,
	website_item,
)
from tests.support.factories import outbox as outbox_rows
from tests.support.shop import quantities

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

DOCTYPE = "Website Item"
BAD_STOCK = ("[1,2", "[]", '"x"', "5", "null", '{"sent": 3}', '{"sent": {}, "known": {"item": "x"}}')
BAD_PRICES = (
	"{bad",
	"[]",
	'{"live": 7}',
	'{"live": {"a/omr": 1}}',
	'{"live": {"a": ["b", 1]}}',
	'{"leaving": [1]}',
	'{"lists": 1}',
)
# MariaDB takes nothing else than JSON for a JSON field.
NOT_JSON = ("{bad",) if frappe.conf.db_type == "sqlite" else ()
BAD_IDS = (*NOT_JSON, "[]", "7", '{"id": 5}', '{"prices": {"live": 7}}')


@pytest.fixture
def names(medusa) -> list[str]:
	"""Three Website Items that are in the shop, with prices and stock."""
	place = warehouse("Broken Shelf")
	made = [website_item(f"B-{n}", website_warehouse=place).name for n in range(3)]
	for n in range(3):
		item_price(f"B-{n}", 1 + n)
	move_stock(place, B_0=5, B_1=6, B_2=7)
	drain()
	assert_in_step(medusa, made)
	return made


def break_field(name: str, field: str, text: str, doctype: str = DOCTYPE) -> None:
	frappe.db.set_value(doctype, name, field, text, update_modified=False)
	frappe.clear_document_cache(doctype, name)
	frappe.db.commit()


def error_logs(name: str) -> list:
	frappe.db.commit()
	return frappe.get_all(
		"Error Log", {"reference_name": name}, ["method", "reference_doctype", "error"], order_by="creation"
	)


def assert_logged_once(name: str, field: str, doctype: str = DOCTYPE) -> None:
	(log,) = error_logs(name)
	assert log.reference_doctype == doctype
	assert name in log.method
	assert field in log.method
	assert frappe.db.count("Error Log") == 1


@pytest.mark.parametrize("text", BAD_STOCK)
def test_the_daily_stock_run_passes_unreadable_state(medusa, names, text):
	break_field(names[1], "medusa_stock", text)
	move_stock(warehouse("Broken Shelf"), B_2=10)
	frappe.db.delete(outbox.doctype)
	assert stock_to_medusa.update_webitem_stock() == 2
	assert {row.reference_name for row in outbox_rows()} == {names[1], names[2]}
	assert_logged_once(names[1], "medusa_stock")
	drain()
	assert_in_step(medusa, names)
	assert quantities(medusa) == {"B-0": 5, "B-1": 6, "B-2": 17}
	assert stock_to_medusa.update_webitem_stock() == 0
	assert_logged_once(names[1], "medusa_stock")


def test_an_unreadable_record_is_named_once_a_run(names):
	def read() -> None:
		assert json_field.read(DOCTYPE, names[0], "medusa_stock", "[1,2", lambda state: True) == {}

	read()
	frappe.db.rollback()
	assert error_logs(names[0]) == []
	read()
	read()
	frappe.db.commit()
	read()
	assert_logged_once(names[0], "medusa_stock")


@pytest.mark.parametrize("text", BAD_PRICES)
def test_prices_are_sent_anew_where_they_cannot_be_read(medusa, names, text):
	"""Under the ids that the Item Prices know, none is there twice."""
	break_field(names[1], "medusa_prices", text)
	frappe.get_doc("Item Price", {"item_code": "B-1"}).update({"price_list_rate": 20}).save()
	frappe.get_doc("Item Price", {"item_code": "B-2"}).update({"price_list_rate": 30}).save()
	drain()
	assert_in_step(medusa, names)
	assert_logged_once(names[1], "medusa_prices")
	drain()
	assert_in_step(medusa, names)


def test_the_doctor_goes_past_unreadable_state(medusa, names):
	break_field(names[0], "medusa_stock", "[1,2")
	break_field(names[1], "medusa_prices", "{bad")
	rate = {"price_list_rate": 40}
	frappe.db.set_value("Item Price", {"item_code": "B-1"}, rate)
	frappe.db.commit()
	comparison = doctor.ShopComparison(session.open_shop())
	assert sum(comparison.run()) > 0
	assert {each.name for each in comparison.differences} == {names[1]}
	assert comparison.queue_repairs() == 1
	drain()
	assert_in_step(medusa, names)
	assert len(error_logs(names[1])) == 1


@pytest.mark.parametrize(("field", "text"), [("medusa_stock", '{"sent": 3}'), ("medusa_prices", "{bad")])
def test_the_catalogue_run_passes_unreadable_state(medusa, names, field, text):
	break_field(names[1], field, text)
	assert queueing.resend(names) == 3
	assert len(outbox_rows()) == 9
	drain()
	assert_in_step(medusa, names)
	assert_logged_once(names[1], field)


@pytest.mark.parametrize(("field", "text"), [("medusa_stock", "[1,2"), ("medusa_prices", '{"live": 7}')])
def test_one_item_is_sent_again_in_spite_of_unreadable_state(medusa, names, field, text):
	break_field(names[1], field, text)
	queueing.resend([names[1]])
	drain()
	assert_in_step(medusa, names)


@pytest.mark.parametrize("text", BAD_PRICES)
def test_an_item_with_unreadable_state_is_deleted(medusa, names, text):
	break_field(names[1], "medusa_prices", text)
	frappe.delete_doc(DOCTYPE, names[1])
	drain()
	assert_in_step(medusa, [names[0], names[2]])


@pytest.mark.parametrize("text", BAD_IDS)
def test_an_outbox_row_with_unreadable_ids_stops_nobody(medusa, names, text):
	"""Sent, renamed or deleted: the product is found by what else is known of it."""
	keys = {name: outbox.key_of("Product", name) for name in names}
	for name in names:
		queueing.resend([name])
		break_field(keys[name], "kind_data", text, outbox.doctype)
	frappe.delete_doc(DOCTYPE, names[1])
	renamed = frappe.rename_doc(DOCTYPE, names[2], "B-renamed", force=True)
	frappe.delete_doc(DOCTYPE, website_item("B-9").name)
	drain()
	assert_in_step(medusa, [names[0], renamed])
	assert [log.reference_doctype for log in error_logs(keys[names[0]])] == [outbox.doctype]


@pytest.mark.parametrize("text", [*NOT_JSON, "[]", '{"id": 5}'])
def test_a_collection_row_with_unreadable_ids_stops_nobody(medusa, names, text):
	outbox.add(COLLECTION, "Gloves")
	key = outbox.key_of("Collection", "Gloves")
	break_field(key, "kind_data", text, outbox.doctype)
	item_group("Masks")
	frappe.rename_doc("Item Group", "Gloves", "Mitts", force=True)
	drain()
	assert_in_step(medusa, names)


@pytest.mark.parametrize("number", [1, 7])
def test_an_unexpected_error_concerns_its_record_only(medusa, monkeypatch, number):
	names = [website_item(f"B-{n}").name for n in range(number)]
	payload = product_payloads.payload

	def buggy(item, *args):
		if item.name == names[-1]:
			raise KeyError("nobody thought of that")
		return payload(item, *args)

	monkeypatch.setattr(product_payloads, "payload", buggy)
	drain()
	assert external_ids(medusa).keys() == set(names[:-1])
	(row,) = outbox_rows()
	assert (row.reference_name, row.status, row.attempts, row.lease) == (names[-1], "Pending", 1, "")
	log = frappe.get_doc("Error Log", row.error.split()[-1])
	assert frappe.db.count("Error Log") == 1
	assert "nobody thought of that" in log.error
	assert (log.reference_doctype, log.reference_name) == (DOCTYPE, names[-1])
	assert names[-1] in log.method
	monkeypatch.undo()
	drain()
	assert_in_step(medusa, names)


def test_an_outcome_that_cannot_be_written_concerns_its_record_only(medusa, monkeypatch):
	"""As a value that a column of the site's doesn't take."""
	names = [website_item(f"B-{n}").name for n in range(5)]
	write_documents = settling._write_documents

	def buggy(results):
		if any(result.row.reference_name == names[2] and result.writes for result in results):
			raise frappe.DataError("Data too long for a column of the site's own")
		write_documents(results)

	monkeypatch.setattr(settling, "_write_documents", buggy)
	configure(medusa)
	drain()
	(row,) = [row for row in outbox_rows() if row.kind == "Product"]
	assert (row.reference_name, row.status, row.attempts, row.lease) == (names[2], "Pending", 1, "")
	assert len(error_logs(names[2])) == frappe.db.count("Error Log") == 1
	assert external_ids(medusa).total() == 5  # nothing is sent twice for it
	monkeypatch.undo()
	drain()
	assert_in_step(medusa, names)
