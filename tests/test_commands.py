"""`bench --site SITE medusa …`: what it says, what it does, and its exit code."""

from types import SimpleNamespace

import frappe
import pytest
from click.testing import CliRunner

from medusa_integration import commands
from medusa_integration.delivery.box import outbox
from medusa_integration.products.products_to_medusa import PRODUCT
from tests.site.client import apart
from tests.support.checks import assert_in_step
from tests.support.factories import (
	configure,
	drain,
	item_price,
	move_stock,
	products,
	warehouse,
	website_item,
)
from tests.support.factories import outbox as rows
from tests.support.shop import known_as, make_product, quantities


def run(*arguments: str, code: int = 0, answer: str | None = None) -> str:
	"""What a command says, its exit code being `code`."""
	site = frappe._dict(sites=[frappe.local.site])
	result = apart(CliRunner().invoke, commands.medusa, list(arguments), obj=site, input=answer)
	assert result.exit_code == code, (result.output, result.exc_info)
	return result.output


@pytest.fixture
def names(medusa) -> list[str]:
	"""Two published Website Items with prices; nothing is sent yet."""
	made = []
	for number in (1, 2):
		made.append(website_item(f"CLI-{number}").name)
		item_price(f"CLI-{number}", number)
	empty_outbox()
	return made


def empty_outbox() -> None:
	frappe.db.delete(outbox.doctype)
	frappe.db.commit()


def park(name: str) -> None:
	outbox.add(PRODUCT, name)
	frappe.db.set_value(outbox.doctype, f"Product:{name}", {"status": "Parked", "error": "Refused"})
	frappe.db.commit()


def test_bench_finds_the_commands():
	assert commands.commands == [commands.medusa]
	assert set(commands.medusa.commands) >= {
		"status",
		"export",
		"stock",
		"prices",
		"retry",
		"reset-links",
		"doctor",
	}
	for name, command in commands.medusa.commands.items():
		assert command.help, name


@pytest.mark.parametrize("command", ["export", "stock", "link", "prices", "retry", "reset-links", "doctor"])
def test_what_writes_can_be_tried(command):
	options = {option for each in commands.medusa.commands[command].params for option in each.opts}
	assert "--dry-run" in options


def test_status(medusa, names):
	said = run("status")
	assert "2 belong in the shop, 2 of them aren't there yet" in said
	park(names[0])
	said = run("status", code=1)
	assert "1: 1 Product" in said


def test_status_while_switched_off(medusa):
	configure(medusa, enable=0)
	assert "switched off" in run("status", code=1)


def test_export_sends_it_all(medusa, names):
	said = run("export")
	assert "2 Website Items belong in the shop, 2 of them are new to it." in said
	assert_in_step(medusa, names)
	assert "0 of them are new" in run("export")


def test_export_tried(medusa, names):
	assert "2 of them are new" in run("export", "--dry-run")
	assert rows() == []


def test_export_left_to_the_workers(medusa, names):
	assert "5 rows wait in the outbox." in run("export", "--queue-only")
	assert len(rows()) == 5
	assert products(medusa) == {}


def test_export_again(medusa, names):
	run("export")
	id = products(medusa)[names[0]]["id"]
	medusa.admin("POST", f"/admin/products/{id}", json={"title": "Changed"})
	run("export")
	assert products(medusa)[names[0]]["title"] == "Changed"
	said = run("export", "--again", "--dry-run")
	assert [line.split() for line in said.splitlines()[-3:]] == [
		["Product", "2"],
		["Price", "2"],
		["Stock", "2"],
	]
	assert rows() == []
	run("export", "--again")
	assert_in_step(medusa, names)


def test_export_of_what_medusa_refuses(medusa, names):
	make_product(medusa, "CLI-1")
	said = run("export", code=1)
	assert "CLI-1" in said and "already exists" in said and "1 rows are parked" in said
	assert names[1] in products(medusa)


def test_export_while_medusa_is_down(medusa, proxy, names):
	proxy.fail("refuse", times=1000, match="")
	said = run("export", code=1)
	left = rows()
	assert {f"Product:{name}" for name in names} <= {row.name for row in left}
	assert f"Medusa is out of reach; {len(left)} rows wait in the outbox." in said


@pytest.mark.parametrize("command", ["export", "prices", "retry", "doctor", "stock"])
def test_nothing_goes_while_switched_off(medusa, command):
	configure(medusa, enable=0)
	assert "Enable the integration" in run(command, code=1)


def test_prices(medusa, names):
	run("export")
	assert "The prices of 0 Website Items" in run("prices", "--missing")
	frappe.db.delete("Item Price", {"item_code": "CLI-1"})
	late = item_price("CLI-1", 9)
	empty_outbox()
	assert "The prices of 1 Website Items" in run("prices", "--missing", "--dry-run")
	assert not frappe.db.get_value("Item Price", late.name, "medusa_price_id")
	run("prices", "--missing")
	assert_in_step(medusa, names)
	assert "The prices of 2 Website Items" in run("prices", "--queue-only")
	assert {row.kind for row in rows()} == {"Price"}


def test_retry(medusa, names):
	park(names[0])
	park(names[1])
	assert "2 parked rows" in run("retry", "--dry-run")
	run("retry", f"Product:{names[0]}", code=1)  # the other one stays parked, which is told
	assert set(products(medusa)) == {names[0]}
	assert "Not parked: nonsense" in run("retry", "nonsense", code=1)
	run("retry")
	assert set(products(medusa)) == set(names)


def test_reset_links(medusa, names):
	run("export")
	ids = frappe.get_all("Website Item", {"name": ("in", names)}, pluck="medusa_id", order_by="name")
	assert "Website Item  2" in run("reset-links", "--dry-run")
	assert "Forget" in run("reset-links", answer="n\n", code=1)
	assert ids == frappe.get_all("Website Item", {"name": ("in", names)}, pluck="medusa_id", order_by="name")
	assert "links are forgotten" in run("reset-links", answer="y\n")
	assert not any(frappe.get_all("Website Item", {"name": ("in", names)}, pluck="medusa_id"))
	run("export")
	assert ids == frappe.get_all("Website Item", {"name": ("in", names)}, pluck="medusa_id", order_by="name")
	assert_in_step(medusa, names)


@pytest.mark.slow
def test_doctor(medusa, names):
	run("export")
	assert "2 products, 2 prices, 0 quantities: all agrees." in run("doctor")
	id = products(medusa)[names[0]]["id"]
	medusa.admin("POST", f"/admin/products/{id}", json={"title": "Changed"})
	gone = website_item("CLI-GONE")
	drain()
	frappe.db.delete("Website Item", {"name": gone.name})
	said = run("doctor", code=1)
	assert f"different  title    {names[0]}  Product CLI-1" in said
	name_there = known_as(medusa, gone.name, "CLI-GONE")
	assert f"extra      product  {name_there}" in said
	said = run("doctor", "--repair", "--dry-run", code=1)
	assert "1 Website Items would be sent again" in said
	assert "different product  1" in said
	assert "1 products of deleted Website Items would be deleted" in said
	assert rows() == []
	run("doctor", "--repair", answer="n\n", code=1)
	assert products(medusa)[names[0]]["title"] == "Product CLI-1"
	assert len(products(medusa)) == 3
	run("doctor", "--repair", "--yes", code=1)
	assert "all agrees" in run("doctor")
	assert set(products(medusa)) == set(names)


def test_doctor_says_what_it_would_do_for_collections(medusa, names):
	run("export")
	id = frappe.db.get_value("Item Group", "Gloves", "medusa_id")
	medusa.admin("DELETE", f"/admin/collections/{id}")
	said = run("doctor", "--repair", "--dry-run", code=1)
	assert "1 Item Groups would be sent again, with 2 products of missing collections" in said
	assert rows() == []


def test_link(medusa, names):
	there = make_product(medusa, "CLI-1", title="There before")["id"]
	said = run("link", "--dry-run")
	assert "matches         1" in said and "There before" in said
	run("link", answer="n\n", code=1)
	assert not frappe.db.get_value("Website Item", names[0], "medusa_id")
	assert "linked      1" in run("link", answer="y\n")
	assert frappe.db.get_value("Website Item", names[0], "medusa_id") == there
	assert products(medusa)[names[0]]["title"] == "There before"
	said = run("doctor", "--repair", "--yes", code=1)
	assert "Product CLI-1  There before" in said and f"missing    product         {names[1]}" in said
	run("doctor")


def test_stock(medusa, names):
	shelf = warehouse("Shelf of the CLI")
	frappe.db.set_value("Website Item", names[0], "website_warehouse", shelf)
	move_stock(shelf, CLI_1=4)
	run("export")
	frappe.db.set_value("Bin", {"item_code": "CLI-1"}, "actual_qty", 6)
	frappe.db.commit()
	run("stock", "--dry-run")
	assert quantities(medusa)["CLI-1"] == 4
	run("stock")
	assert quantities(medusa)["CLI-1"] == 6


def test_doctor_while_medusa_is_down(medusa, proxy):
	proxy.fail("refuse", times=1000, match="")
	assert "can't be reached" in run("doctor", code=1)
	assert frappe.get_all("Medusa Request Log", {"status": "Failure"})


def test_no_site():
	result = CliRunner().invoke(commands.medusa, ["status"], obj=frappe._dict(sites=[]))
	assert result.exit_code == 1
	assert "Name one site" in result.output


def test_frappe_16_names_the_site_in_an_object(medusa):
	site = SimpleNamespace(sites=[frappe.local.site], force=False, profile=False, verbose=False)
	result = apart(CliRunner().invoke, commands.medusa, ["status"], obj=site)
	assert "has no attribute" not in str(result.exception)
	assert result.output.strip()
