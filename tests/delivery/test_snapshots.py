"""Rows that others change after a transaction began to read: a save of a user's passes all the same.

The tests' MariaDB refuses such rows (`innodb_snapshot_isolation`), as MariaDB does from 11.6.2 on.
"""

import frappe
import pytest

from medusa_integration import isolation
from medusa_integration.delivery import claims, documents
from medusa_integration.delivery.box import outbox as box
from medusa_integration.sync.sending import drain as drain_what_is_due
from tests.support.factories import drain, outbox, website_item
from tests.support.workers import Worker, note, start

pytestmark = pytest.mark.mariadb


def elsewhere(function, **arguments) -> None:
	"""Begin to read, and have another process do something and commit meanwhile."""
	# A drain in this process has left its own level.
	frappe.db.sql("set session transaction isolation level repeatable read")
	frappe.db.commit()
	frappe.get_all("Item", limit_page_length=1, order_by="name")
	(worker,) = start(Worker(function, **arguments))
	worker.result()


def take(*, kinds: tuple[str, ...]) -> None:
	"""Claim the rows of some kinds, as a drain does that is killed then."""
	claims.lock_rows_only()
	for kind in kinds:
		assert claims.claim(box, kind, 100, 60)


def write_ids(item_code: str) -> None:
	"""Write to an Item as the settling of its product's row does."""
	documents.write("Item", {item_code: {"medusa_id": "prod_elsewhere"}})


def park(name: str) -> None:
	frappe.db.set_value(box.doctype, name, {"status": "Parked", "error": "refused"})


@pytest.fixture
def item(medusa):
	"""A Website Item that Medusa has, and nothing to send."""
	name = website_item("G-1").name
	drain()
	drain()
	assert outbox() == []
	return name


def test_the_server_refuses_rows_that_were_changed_meanwhile(item, request):
	"""Else the other tests here say nothing."""
	found = dict(frappe.db.sql("show variables like 'innodb_snapshot_isolation'"))
	if request.config.getoption("--site") and found.get("innodb_snapshot_isolation") != "ON":
		pytest.skip("innodb_snapshot_isolation is off on this bench's MariaDB")
	elsewhere(write_ids, item_code="G-1")
	with pytest.raises(frappe.QueryDeadlockError):
		frappe.db.set_value("Item", "G-1", "description", "lost", update_modified=False)
	frappe.db.rollback()


@pytest.mark.parametrize(("method", "passes"), [("POST", True), ("PUT", True), ("GET", False)])
def test_a_request_that_may_write_locks_rows_as_they_are(item, monkeypatch, method, passes):
	"""As ERPNext's own locks: the submission of an invoice locks the Delivery Note to which a drain has written."""
	assert "medusa_integration.api.take_latest_rows" in frappe.get_hooks("before_request")
	monkeypatch.setattr(frappe.local, "request", frappe._dict(method=method), raising=False)
	isolation.take_latest_rows()
	try:
		elsewhere(write_ids, item_code="G-1")
		if passes:
			assert frappe.get_doc("Item", "G-1", for_update=True).medusa_id == "prod_elsewhere"
		else:
			with pytest.raises(frappe.QueryDeadlockError):
				frappe.get_doc("Item", "G-1", for_update=True)
	finally:
		frappe.db.rollback()
		frappe.db.sql("set session innodb_snapshot_isolation = 1")
		frappe.flags.pop(isolation._CHECKED, None)


@pytest.mark.parametrize("change", ["queued", "claimed", "settled"])
def test_a_save_passes_whose_row_was_changed_meanwhile(item, change):
	frappe.get_doc("Item", "G-1").update({"country_of_origin": "Japan"}).save()
	function, arguments = {
		"queued": (note, {"kind": "Product", "name": item, "times": 1}),
		"claimed": (take, {"kinds": ("Product",)}),
		"settled": (drain_what_is_due, {}),
	}[change]
	elsewhere(function, **arguments)
	frappe.get_doc("Item", "G-1").update({"country_of_origin": "Germany"}).save()
	frappe.db.commit()
	(row,) = [row for row in outbox() if row.kind == "Product"]
	assert (row.status, bool(row.lease)) == ("Pending", change == "claimed")
	assert row.revision == {"queued": 3, "claimed": 2, "settled": 1}[change]
	drain()
	drain()
	assert outbox() == []


def test_a_deletion_passes_whose_rows_were_changed_meanwhile(item):
	kinds = ("Price", "Stock", "Product")
	for kind in kinds:
		note(kind, item, 1)
	elsewhere(take, kinds=kinds)
	frappe.delete_doc("Website Item", item)
	frappe.db.commit()
	assert [row.kind for row in outbox()] == [
		"Price",
		"Product",
	]  # A call about its prices may be on its way.


def test_rows_that_were_changed_meanwhile_are_retried_and_discarded(item):
	note("Product", item, 1)
	name = box.key_of("Product", item)
	elsewhere(park, name=name)
	assert box.retry([name]) == 1
	assert frappe.db.get_value(box.doctype, name, "status") == "Pending"
	elsewhere(park, name=name)
	assert box.discard([name]) == 1
	assert outbox() == []


def test_a_server_that_does_not_know_the_setting(item, monkeypatch):
	monkeypatch.setattr(isolation, "VARIABLE", "innodb_unheard_of")
	monkeypatch.delitem(frappe.flags, isolation._CHECKED, raising=False)
	frappe.get_doc("Item", "G-1").update({"country_of_origin": "Japan"}).save()
	frappe.db.commit()
	assert [row.kind for row in outbox()] == ["Product"]
