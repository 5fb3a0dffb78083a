"""The role Medusa Manager: what a user may who has only that."""

import frappe
import pytest
from frappe.desk.desktop import get_desktop_page

from medusa_integration.delivery.box import outbox
from medusa_integration.setup import roles
from tests.support.factories import website_item
from tests.support.users import PATH, park, signed_in

EMAIL = "medusa-only@example.com"


@pytest.fixture
def manager():
	"""A user of the Desk with that role alone, without a say in the catalogue."""
	return signed_in(EMAIL, "Desk User", roles.MANAGER)


def may(doctype: str) -> set[str]:
	kinds = ("read", "write", "create", "delete", "report", "export", "share")
	return {kind for kind in kinds if frappe.has_permission(doctype, kind, user=EMAIL)}


def test_what_it_may(medusa, manager):
	assert may("Medusa Outbox") == {"read", "write", "delete", "report", "export"}
	assert may("Medusa Request Log") == {"read", "report", "export"}
	assert may("Medusa Configuration") == {"read"}
	assert may("Website Item") == set()


def test_it_runs_the_outbox(medusa, manager):
	items = [website_item(code) for code in ("G-1", "G-2")]
	keys = [outbox.key_of("Product", item.name) for item in items]
	for key in keys:
		park(key, "No")
	assert manager.get(PATH + "get_overview").json["message"]["parked"] == 2
	assert manager.post(PATH + "retry_rows", json={"names": keys[:1]}).json["message"] == {"retried": 1}
	assert manager.post(PATH + "discard_rows", json={"names": keys[1:]}).json["message"] == {"discarded": 1}
	for name in ("get_last_sync", "count_parked", "count_failed_today"):
		assert manager.get(PATH + name).status_code == 200
	assert (
		manager.get(PATH + "get_titles", query_string={"names": frappe.as_json(keys)}).json["message"] == {}
	)


def test_it_has_everything_sent(medusa, manager):
	assert manager.post(PATH + "test_connection").json["message"]["status"] != "failed"
	for name in ("export_catalogue", "sync_prices", "sync_stock"):
		assert manager.post(PATH + name).status_code == 200, name


def test_it_changes_no_settings_and_no_links(medusa, manager):
	for name in ("get_choices", "link_existing_products", "reset_links"):
		assert manager.post(PATH + name).status_code == 403, name
	row = {"batch_size": 7}
	assert manager.put("/api/resource/Medusa Configuration/Medusa Configuration", json=row).status_code == 403
	doc = website_item("G-1")
	assert manager.post(PATH + "sync_now", json={"website_item": doc.name}).status_code == 403
	assert manager.post(PATH + "sync_items", json={}).status_code == 403


def test_no_row_is_changed_by_hand(medusa, manager):
	doc = website_item("G-1")
	key = outbox.key_of("Product", doc.name)
	frappe.db.commit()
	reply = manager.put(f"/api/resource/Medusa Outbox/{key}", json={"error": "mine"})
	assert reply.status_code == 403
	frappe.set_user("Administrator")
	row = frappe.get_doc(outbox.doctype, key)
	row.error = "mine"
	with pytest.raises(frappe.PermissionError):
		row.save()


def test_the_workspace_is_its(medusa, manager):
	frappe.set_user(EMAIL)
	page = frappe.as_json({"name": "Medusa", "title": "Medusa", "public": 1})
	shown = get_desktop_page(page)
	assert {row["link_to"] for row in shown["shortcuts"]["items"]} >= {
		"Medusa Outbox",
		"Medusa Request Log",
	}
	links = {row.get("link_to") for card in shown["cards"]["items"] for row in card["links"]}
	assert "Medusa Configuration" in links
	assert shown["charts"]["items"] and shown["number_cards"]["items"]
	assert frappe.has_permission("Dashboard Chart", doc="Medusa Calls per Hour")


def test_it_is_made_where_it_is_missing_and_kept_where_somebody_has_it(manager):
	roles.remove_roles()
	assert frappe.db.exists("Role", roles.MANAGER)
	# the setup wizard gives its user every role there is
	frappe.db.delete("Has Role", {"role": roles.MANAGER, "parenttype": "User"})
	roles.remove_roles()
	assert not frappe.db.exists("Role", roles.MANAGER)
	roles.make_roles()
	roles.make_roles()
	assert frappe.db.get_value("Role", roles.MANAGER, "desk_access") == 1
	frappe.db.rollback()
