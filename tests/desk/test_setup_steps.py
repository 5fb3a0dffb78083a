"""The steps of the set-up: ticked by what is there, in the form and in the workspace."""

import json

import frappe
import pytest

from medusa_integration import api
from medusa_integration.desk import setup_steps
from tests.support.factories import configure, item_price, website_item
from tests.support.users import PATH, signed_in

NAMES = [step.name for step in setup_steps.STEPS]
FORM = ("Medusa Configuration", "Medusa Configuration")


@pytest.fixture(autouse=True)
def nothing_is_ticked():
	reset()
	yield
	reset()


def reset() -> None:
	frappe.db.set_value("Onboarding Step", {"name": ("in", NAMES)}, {"is_complete": 0, "is_skipped": 0})
	frappe.db.set_value("Module Onboarding", setup_steps.ONBOARDING, "is_complete", 0)
	frappe.db.commit()


def done() -> dict[str, bool]:
	return {row["name"].removeprefix("Medusa "): row["done"] for row in api.get_setup_steps()}


def ticked() -> set[str]:
	return set(frappe.get_all("Onboarding Step", {"name": ("in", NAMES), "is_complete": 1}, pluck="name"))


def test_a_new_site_has_all_steps_before_it():
	doc = frappe.get_doc(*FORM)
	doc.update({"enable": 0, "url": "", "admin_email": "", "admin_password": "", "api_key": ""})
	doc.save()
	rows = api.get_setup_steps()
	assert [row["name"] for row in rows] == NAMES
	assert not any(row["done"] for row in rows)
	assert all(row["hint"] and row["press"] for row in rows)


def test_each_step_is_ticked_by_what_is_there(medusa):
	configure(medusa, enable=0, signed_in=False)
	assert done()["Address and Login"] is False
	api.test_connection()
	frappe.db.commit()
	assert done()["Address and Login"] is True
	assert done()["Items for Sale"] is False
	item = website_item("G-1")
	assert done()["Items for Sale"] is True
	assert done()["Prices and Stock"] is False
	item_price(item.item_code, 5)
	assert done()["Prices and Stock"] is True
	assert done()["Enable"] is False
	configure(medusa, enable=1)
	assert done()["Enable"] is True
	assert done()["First Product"] is False
	frappe.db.set_value("Website Item", item.name, "medusa_id", "prod_1")
	assert done()["First Product"] is True
	assert done()["Existing Products"] is True


def test_another_login_takes_the_tick_away(medusa):
	configure(medusa, signed_in=False)
	api.test_connection()
	frappe.db.commit()
	assert done()["Address and Login"] is True
	configure(medusa, signed_in=False, admin_email="other@example.com")
	assert done()["Address and Login"] is False


def test_items_that_the_shop_does_not_sell_do_not_count(medusa):
	website_item("G-1")
	group = frappe.get_all(
		"Item Group", {"is_group": 0, "name": ("!=", frappe.db.get_value("Item", "G-1", "item_group"))}
	)
	configure(medusa, item_groups=[{"item_group": group[0].name}])
	assert done()["Items for Sale"] is False


def test_the_workspace_has_the_same_ticks(medusa):
	configure(medusa, enable=1, signed_in=False)
	assert ticked() == {row["name"] for row in api.get_setup_steps() if row["done"]} != set()
	website_item("G-1")
	frappe.set_user("Administrator")
	setup_steps.tick_at_boot(frappe._dict())
	assert "Medusa Items for Sale" in ticked()


def test_ticks_keep_the_time_of_the_app_s_files(medusa):
	"""A migration leaves out files that aren't newer than the record."""
	before = frappe.get_all("Onboarding Step", {"name": ("in", NAMES)}, ["name", "modified"], order_by="name")
	configure(medusa, enable=1)
	setup_steps.tick()
	assert "Medusa Enable" in ticked()
	after = frappe.get_all("Onboarding Step", {"name": ("in", NAMES)}, ["name", "modified"], order_by="name")
	assert after == before


def test_skipped_steps_do_not_hold_it_up(medusa):
	configure(medusa)
	for row in api.get_setup_steps():
		if not row["done"]:
			frappe.call(
				"frappe.desk.desktop.update_onboarding_step", name=row["name"], field="is_skipped", value=1
			)
	assert api.get_setup_steps() == []
	setup_steps.tick()
	assert frappe.db.get_value("Module Onboarding", setup_steps.ONBOARDING, "is_complete") == 1


def test_only_those_who_read_the_settings_see_the_steps(medusa):
	stranger = signed_in("steps@example.com", "Desk User")
	assert stranger.get(PATH + "get_setup_steps").status_code == 403


def test_the_onboarding_is_one_that_frappe_shows():
	onboarding = frappe.get_doc("Module Onboarding", setup_steps.ONBOARDING)
	assert [row.step for row in onboarding.steps] == NAMES
	tour = frappe.get_doc("Form Tour", FORM[0])
	meta = frappe.get_meta(FORM[0])
	assert all(meta.has_field(step.fieldname) for step in tour.steps)
	for step in onboarding.get_steps():
		assert step.action in ("Go to Page", "Show Form Tour")  # which Frappe 15 and 16 both have
		assert step.action_label == step.title  # Frappe 16 shows the label alone
	fields = [row["press"]["field"] for row in api.get_setup_steps() if "field" in row["press"]]
	assert fields and all(meta.has_field(field) for field in fields)
	assert json.dumps(api.get_setup_steps())


def test_a_step_that_fails_stops_neither_the_desk_nor_a_save(medusa, monkeypatch):
	configure(medusa)

	def fails() -> bool:
		raise ValueError("odd data")

	broken = setup_steps.STEPS[0]._replace(done=fails)
	monkeypatch.setattr(setup_steps, "STEPS", (broken, *setup_steps.STEPS[1:]))
	setup_steps.tick_at_boot(frappe._dict())
	frappe.get_doc(FORM[0]).save()
	assert frappe.get_all("Error Log", {"method": "The set-up's steps can't be ticked"})
