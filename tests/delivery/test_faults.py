"""Whatever goes wrong between a save and Medusa: nothing is lost or doubled, and somebody is told why."""

import frappe
import pytest
from frappe.utils import get_datetime, now_datetime, time_diff_in_seconds
from frappe.utils.background_jobs import get_job, is_job_enqueued
from frappe.utils.password import set_encrypted_password

from medusa_integration import session
from medusa_integration.delivery import box, outage
from medusa_integration.delivery.box import outbox as outbox_module
from medusa_integration.medusa.handles import handle
from medusa_integration.operations.sending import drain as drain_what_is_due
from medusa_integration.outbound import product_payloads
from medusa_integration.outbound.products import ProductTask
from tests.medusa.test_client import token
from tests.support.checks import assert_in_step, assert_no_doubles, external_ids, until
from tests.support.factories import (
	configure,
	drain,
	item,
	item_group,
	item_price,
	outbox,
	prices,
	products,
	website_item,
)
from tests.support.shop import call, calls, calls_for, make_product, refusal

DOCTYPE = "Website Item"
# SQLite, as the embedded engine speaks to it, takes no zero bytes; Medusa's PostgreSQL takes none either
ZERO = "\x01" if frappe.conf.db_type == "sqlite" else "\x00"


def items(number: int, price: bool = True, **values) -> list[str]:
	"""Website Items G-0, G-1, …, each with a price; their names."""
	names = [website_item(f"G-{n}", **values).name for n in range(number)]
	for n in range(number if price else 0):
		item_price(f"G-{n}", 1.5 + n)
	return names


def save(name: str, **values) -> None:
	doc = frappe.get_doc(DOCTYPE, name)
	doc.update(values)
	doc.save()


def save_and_commit(name: str, **values) -> None:
	save(name, **values)
	frappe.db.commit()


def store_raw(name: str, **values) -> None:
	"""Write to a Website Item as an import or a patch does, past all checks; it is sent all the same."""
	frappe.db.set_value(DOCTYPE, name, values, update_modified=False)
	frappe.clear_document_cache(DOCTYPE, name)


def rows(kind: str = "Product") -> dict[str, frappe._dict]:
	return {row.reference_name: row for row in outbox() if row.kind == kind}


def log_count() -> int:
	frappe.db.commit()
	return frappe.db.count("Medusa Request Log")


def drain_as_time_goes_by(times: int) -> None:
	for _ in range(times):
		drain()


def assert_waiting(because: str) -> None:
	"""Everything is still there, nothing is blamed for it, and the operator can read why."""
	left = rows()
	assert left
	assert {row.status for row in left.values()} == {"Pending"}
	assert {row.attempts for row in left.values()} == {0}
	assert {row.lease for row in left.values()} == {""}
	assert any(because in row.error for row in outbox())


# --- Medusa can't be reached


def test_while_medusa_is_down_everything_waits(medusa, proxy):
	proxy.down()
	names = items(3)
	drain()
	assert_waiting("can't be reached")
	assert len(rows()) == 3
	drain_as_time_goes_by(3)
	assert_waiting("can't be reached")
	proxy.up()
	drain()
	assert_in_step(medusa, names)


def test_while_medusa_hangs_everything_waits(medusa, proxy):
	configure(medusa, read_timeout=1)
	names = items(2)
	medusa.pause()
	try:
		drain()
	finally:
		medusa.resume()
	assert_waiting("didn't answer in time")
	configure(medusa)
	drain()
	assert_in_step(medusa, names)


def test_a_drain_stops_when_medusa_is_out_of_reach(medusa, proxy):
	"""Instead of failing ten thousand rows one by one."""
	configure(medusa, url=proxy.url, batch_size=1)
	names = items(8, price=False)
	proxy.fail("refuse", times=1000)
	drain()
	assert len(proxy.calls) <= 10
	assert outage.lasts()
	assert len([row for row in rows().values() if row.error]) <= 3
	untouched = [row for row in rows().values() if not row.error]
	assert {(row.status, row.attempts, row.lease) for row in untouched} == {("Pending", 0, "")}
	proxy.clear()
	drain()
	assert_in_step(medusa, names)


def test_nobody_knocks_at_each_save_while_medusa_is_down(medusa, proxy):
	"""One row is enough to know that it is."""
	proxy.down()
	(name,) = items(1, price=False)
	drain()
	get_job(box.outbox.job_id).delete()  # that drain was it
	assert outage.lasts()
	for n in range(3):
		save(name, web_item_name=f"Title {n}")
		frappe.db.commit()
	assert not is_job_enqueued(box.outbox.job_id)
	proxy.up()
	drain()
	assert not outage.lasts()
	assert_in_step(medusa, [name])


@pytest.mark.parametrize("up", [True, False], ids=["up", "down"])
def test_a_save_makes_no_call(medusa, proxy, up):
	if not up:
		proxy.down()
	(name,) = items(1)
	item_group("Masks")
	frappe.db.commit()
	save(name, web_item_name="Other")
	frappe.get_doc("Item Price", {"item_code": "G-0"}).update({"price_list_rate": 9}).save()
	frappe.get_doc("Item", "G-0").update({"country_of_origin": "India"}).save()
	frappe.db.commit()
	frappe.delete_doc(DOCTYPE, name)
	frappe.db.commit()
	assert proxy.calls == []
	assert log_count() == 0


def test_a_server_that_is_not_medusa(medusa, proxy):
	names = items(3)
	for status, body in (
		(200, "<html>It works!</html>"),
		(404, "<html>Not here</html>"),
		(405, ""),
		(301, ""),
	):
		proxy.clear()
		proxy.fail("status", times=1000, status=status, body=body, headers={"Content-Type": "text/html"})
		drain()
		assert {row.status for row in rows().values()} == {"Pending"}
		assert {row.attempts for row in rows().values()} == {0}
		assert any("Backend URL" in row.error or "sign-in" in row.error for row in outbox())
	proxy.clear()
	drain()
	assert_in_step(medusa, names)


# --- Medusa doesn't let us in


def test_a_wrong_password_holds_everything_up_and_parks_nothing(medusa):
	configure(medusa, admin_password="wrong")
	names = items(3)
	drain()
	assert_waiting("Medusa Configuration")
	assert any(refusal(medusa) in row.error for row in outbox())
	assert outage.lasts()
	drain_as_time_goes_by(3)
	assert_waiting("Medusa Configuration")
	configure(medusa)
	assert not outage.lasts()
	drain()
	assert_in_step(medusa, names)


def test_a_token_that_medusa_no_longer_knows(medusa):
	names = items(2)
	drain()
	set_encrypted_password("Medusa Configuration", "Medusa Configuration", token(3600), "access_token")
	save(names[0], web_item_name="Changed")
	drain()
	assert_in_step(medusa, names)
	# for the next drain, too
	save(names[0], web_item_name="Changed again")
	before = frappe.db.count("Medusa Request Log", {"status_code": 401})
	drain()
	assert before == 1
	assert frappe.db.count("Medusa Request Log", {"status_code": 401}) == 1
	assert_in_step(medusa, names)


@pytest.mark.parametrize("what", ["product", "price list", "collection"])
def test_a_401_in_the_middle_costs_one_sign_in(medusa, proxy, what):
	names = items(3)
	proxy.fail("status", match=call(medusa, what), status=401, body='{"message":"Unauthorized"}')
	drain()
	assert_in_step(medusa, names)
	assert proxy.calls.count(call(medusa, "sign-in")) == 2


def test_a_401_when_something_is_looked_up_costs_one_sign_in(medusa, proxy):
	names = items(3)
	drain()
	proxy.fail("status", match="GET /admin/products", status=401, body='{"message":"Unauthorized"}')
	save(names[0], on_backorder=1)  # which isn't written without a look
	drain()
	assert_in_step(medusa, names)
	assert proxy.calls.count(call(medusa, "sign-in")) == 2


# --- Medusa fails on a call


def test_a_500_is_tried_again(medusa, proxy):
	names = items(3)
	proxy.fail(
		"status",
		times=calls_for(medusa, 3),
		match=call(medusa, "product"),
		status=500,
		body='{"type":"unknown_error","message":"An unknown error occurred."}',
	)
	drain()
	assert {(row.status, row.attempts) for row in rows().values()} == {("Pending", 1)}
	assert all("An unknown error occurred." in row.error for row in rows().values())
	assert not outage.lasts()
	due = [
		get_datetime(value)
		for value in frappe.get_all("Medusa Outbox", {"kind": "Product"}, pluck="due", order_by="name")
	]
	assert all(5 < time_diff_in_seconds(value, now_datetime()) < 30 for value in due)
	drain()
	assert_in_step(medusa, names)


def test_what_breaks_medusa_is_singled_out_and_parked(medusa, monkeypatch):
	"""A zero byte in the metadata: PostgreSQL refuses it, and Medusa answers 500 for the whole batch."""
	configure(medusa, max_attempts=3)
	names = items(6)
	poison = names[3]
	payload = product_payloads.payload

	def poisoned(item, *args):
		product = payload(item, *args)
		if item.name == poison:
			product["metadata"]["UOM"] = "a\x00b"
		return product

	monkeypatch.setattr(product_payloads, "payload", poisoned)
	drain_as_time_goes_by(3)
	assert external_ids(medusa).keys() == set(names) - {poison}
	(parked,) = rows().values()
	assert (parked.reference_name, parked.status, parked.attempts) == (poison, "Parked", 3)
	assert parked.error
	drain()
	assert rows()[poison].status == "Parked"
	monkeypatch.undo()
	save(poison, web_item_name="Mended")
	assert (rows()[poison].status, rows()[poison].attempts) == ("Pending", 0)
	drain()
	assert_in_step(medusa, names)


def test_a_document_that_we_are_not_ready_for_does_not_stop_the_others(medusa, monkeypatch):
	configure(medusa, max_attempts=3)
	names = items(4, price=False)
	payload = product_payloads.payload

	def buggy(item, *args):
		if item.name == names[1]:
			raise KeyError("who would have thought of that")
		return payload(item, *args)

	monkeypatch.setattr(product_payloads, "payload", buggy)
	drain_as_time_goes_by(3)
	assert external_ids(medusa).keys() == set(names) - {names[1]}
	(parked,) = rows().values()
	assert (parked.reference_name, parked.status) == (names[1], "Parked")
	log = parked.error.split()[-1]
	assert "who would have thought of that" in frappe.db.get_value("Error Log", log, "error")


def test_too_many_requests(medusa, proxy):
	names = items(3)
	proxy.fail(
		"status",
		times=calls_for(medusa, 3),
		match=call(medusa, "product"),
		status=429,
		headers={"Retry-After": "600"},
		body='{"message":"Slow down"}',
	)
	drain()
	assert_waiting("Slow down")
	due = [
		get_datetime(value)
		for value in frappe.get_all("Medusa Outbox", {"kind": "Product"}, pluck="due", order_by="name")
	]
	assert all(580 < time_diff_in_seconds(value, now_datetime()) < 610 for value in due)
	assert outage.lasts()
	assert 1 <= proxy.calls.count(call(medusa, "product")) <= calls_for(medusa, 3)
	drain()
	assert_in_step(medusa, names)


@pytest.mark.v2("v1 has no batches")
def test_a_body_that_is_too_large_goes_in_parts(medusa, proxy):
	"""Medusa takes 2 MB a call, and is sent no more."""
	names = items(6, price=False)
	for name in names:
		store_raw(name, web_long_description=f"<p>{'word ' * 120_000}</p>")  # 600 kB
	drain()
	assert_in_step(medusa, names)
	assert proxy.calls.count(call(medusa, "product")) == 2
	assert frappe.get_all("Medusa Request Log", {"status": "Failure"}) == []


def test_one_body_that_is_too_large_is_parked_alone(medusa, proxy):
	"""Without a call for it, and with words that say what to do; the others go at once."""
	names = items(8, price=False)
	store_raw(names[2], web_long_description=f"<p>{'word ' * 500_000}</p>")
	drain()
	assert external_ids(medusa).keys() == set(names) - {names[2]}
	(parked,) = rows().values()
	assert (parked.reference_name, parked.status) == (names[2], "Parked")
	limit = "2 MB" if medusa.version == "v2" else "100 kB"
	assert "Too large for Medusa: the product takes 2.5 MB" in parked.error
	assert f"Medusa accepts {limit}. Shorten the description." in parked.error
	assert proxy.calls.count(call(medusa, "product")) == calls_for(medusa, 7)
	assert frappe.get_all("Medusa Request Log", {"status": "Failure"}) == []
	save(names[2], web_long_description="<p>Shorter</p>")
	drain()
	assert_in_step(medusa, names)


def test_a_body_that_just_fits_is_sent(medusa):
	(name,) = items(1, price=False)
	size = session.DIALECTS[medusa.version].max_body - 2500
	store_raw(name, web_long_description=f"<p>{'w' * size}</p>")
	drain()
	assert_in_step(medusa, [name])
	assert len(products(medusa)[name]["description"]) == size


# --- Medusa did it, and we weren't told


@pytest.mark.parametrize("kind", ["drop", "cut"])
@pytest.mark.parametrize("what", ["product", "collection", "price list", "price"])
def test_a_lost_reply_doubles_nothing(medusa, proxy, kind, what):
	names = items(3)
	fault = proxy.fail(kind, match=call(medusa, what))
	drain()
	assert fault.hits == 1
	assert outbox()
	assert {row.status for row in outbox()} == {"Pending"}
	assert all(row.error for row in outbox() if row.attempts)
	drain_as_time_goes_by(2)
	assert_in_step(medusa, names)


def test_a_reply_that_comes_too_late_doubles_nothing(medusa, proxy):
	configure(medusa, url=proxy.url, read_timeout=1)
	names = items(3)
	proxy.fail("delay", times=calls_for(medusa, 3), match=call(medusa, "product"), seconds=1.5)
	drain()
	assert all("didn't answer in time" in row.error for row in rows().values())
	until(lambda: len(products(medusa)) == 3)
	configure(medusa)
	drain()
	assert_in_step(medusa, names)


@pytest.mark.parametrize("kind", ["drop", "cut"])
def test_a_lost_reply_to_changes(medusa, proxy, kind):
	names = items(3)
	drain()
	save(names[0], web_item_name="Changed")
	frappe.get_doc("Item Price", {"item_code": "G-1"}).update({"price_list_rate": 9}).save()
	website_item("G-9")
	frappe.get_doc("Item Price", {"item_code": "G-2"}).delete()
	for what in ("product", "price"):
		proxy.fail(kind, match=call(medusa, what))
	drain_as_time_goes_by(3)
	assert_in_step(medusa, [*names, frappe.db.get_value(DOCTYPE, {"item_code": "G-9"})])


def test_a_deletion_whose_reply_was_lost(medusa, proxy):
	names = items(3)
	drain()
	frappe.delete_doc(DOCTYPE, names[0])
	proxy.fail("drop", match=call(medusa, "deletion"))
	drain()
	assert rows()[names[0]].status == "Pending"
	drain()
	assert_in_step(medusa, names[1:])


def test_deleted_after_a_lost_reply(medusa, proxy):
	"""Nobody here knows the product's id; its external id finds it, or on v1 its handle."""
	names = items(3)
	proxy.fail("drop", times=calls_for(medusa, 3), match=call(medusa, "product"))
	drain()
	assert len(products(medusa)) == 3
	frappe.delete_doc(DOCTYPE, names[0])
	drain()
	assert_in_step(medusa, names[1:])


# --- records that Medusa refuses


@pytest.mark.parametrize(
	"clash", [pytest.param("handle", marks=pytest.mark.v2("on v1 a product is ours by its handle")), "sku"]
)
def test_a_clash_with_a_foreign_product_parks_one(medusa, clash):
	names = items(20, price=False)
	victim = frappe.get_doc(DOCTYPE, names[7])
	taken = handle(victim.web_item_name, victim.name)
	foreign = {"title": "Foreign", "handle": taken if clash == "handle" else "foreign"}
	foreign_id = make_product(medusa, "F" if clash == "handle" else "G-7", **foreign)["id"]
	drain()
	(parked,) = rows().values()
	assert (parked.reference_name, parked.status) == (victim.name, "Parked")
	assert "already exists" in parked.error
	assert (taken if clash == "handle" else "G-7") in parked.error
	assert external_ids(medusa).keys() == {*names, None} - {victim.name}
	assert medusa.admin("GET", f"/admin/products/{foreign_id}")["product"]["title"] == "Foreign"
	medusa.admin("DELETE", f"/admin/products/{foreign_id}")
	save(victim.name, ranking=5)
	drain()
	assert_in_step(medusa, names)


def test_a_foreign_collection_in_the_way_parks_its_group(medusa):
	foreign = medusa.admin("POST", "/admin/collections", {"title": "Their gloves", "handle": "gloves"})[
		"collection"
	]["id"]
	gloves = items(2, price=False)
	mask = website_item("M-1", group="Masks").name
	drain()
	assert external_ids(medusa).keys() == {mask}
	assert {name: row.status for name, row in rows().items()} == {name: "Parked" for name in gloves}
	assert all("Gloves" in row.error and "already exists" in row.error for row in rows().values())
	medusa.admin("DELETE", f"/admin/collections/{foreign}")
	for name in gloves:
		save(name, ranking=5)
	drain()
	assert_in_step(medusa, [*gloves, mask])


def test_an_item_group_that_is_missing(medusa):
	names = items(2, price=False)
	lost = website_item("M-1", group="Masks").name
	nowhere = website_item("M-2", group="Masks").name
	store_raw(nowhere, item_group="")
	frappe.db.delete("Item Group", {"name": "Masks"})
	drain()
	assert external_ids(medusa).keys() == set(names)
	assert {name: row.status for name, row in rows().items()} == {lost: "Parked", nowhere: "Parked"}
	assert "Masks" in rows()[lost].error
	assert "doesn't exist" in rows()[lost].error


def test_a_currency_that_the_shop_does_not_have(medusa):
	(name,) = items(1)
	foreign = item_price("G-0", 20, valid_from="2001-01-01")
	frappe.db.set_value("Item Price", foreign.name, "currency", "AED")
	drain()
	(parked,) = rows("Price").values()
	assert (parked.reference_name, parked.status) == (name, "Parked")
	assert "AED" in parked.error
	assert prices(medusa) == {"G-0": [("Standard Selling", "omr", 1.5)]}
	frappe.get_doc("Item Price", foreign.name).delete()
	drain()
	assert_in_step(medusa, [name])


def test_a_price_of_an_item_that_is_not_in_the_shop(medusa, proxy):
	item("X-1")
	item_price("X-1", 5)
	website_item("X-2", published=0)
	item_price("X-2", 5)
	frappe.db.commit()
	assert outbox() == []
	drain()
	assert proxy.calls == []


# --- odd texts


@pytest.mark.parametrize(
	("title", "expected"),
	[
		("", "G-0"),
		(" \t ", "G-0"),
		(f"{ZERO}\x07", "G-0"),
		(f"A{ZERO}B\x07\x1fC\x7f", "A B C"),
		("two\nlines\r\n", "two lines"),
		("x" * 140, "x" * 140),
		("🧤" * 100, "🧤" * 100),
		("قفازات طبية", "قفازات طبية"),
		("<b>Bold</b> & 'quoted' \"twice\" \\", "<b>Bold</b> & 'quoted' \"twice\" \\"),
		("../../etc?x=1#y%00", "../../etc?x=1#y%00"),
	],
)
def test_odd_titles(medusa, title, expected):
	(name,) = items(1, price=False)
	store_raw(name, web_item_name=title)
	drain()
	assert outbox() == []
	product = products(medusa)[name]
	assert product["title"] == expected
	assert product["handle"]


@pytest.mark.parametrize(
	("html", "expected"),
	[
		(f"<p>a{ZERO}b\x07c</p>", "abc"),
		("<p>&#0;a&#xD800;b&#xDFFF;c&#x110000;d&#99999999999999999999;e</p>", None),
		("<script>alert(1)</script><img src=x onerror=alert(2)><svg/onload=alert(3)>text", "text"),
		("<p>🧤 ١٢٣ é</p>", "🧤 ١٢٣ é"),
		("<div>" * 3000 + "deep" + "</div>" * 3000, "deep"),
		("<ul><li>" * 200 + "deep", None),
		("<p>open <b>and <i>never <!-- closed", None),
		("<![CDATA[x]]> <?php echo 1 ?> <!DOCTYPE html> <a href='javascript:alert(1)'>y</a>", None),
		pytest.param(
			f"<p>{'é' * 300_000}</p>", "é" * 300_000, marks=pytest.mark.v2("v1 takes 100 kB a call")
		),
	],
	ids=["control", "entities", "scripts", "unicode", "nested", "lists", "unclosed", "declarations", "long"],
)
def test_odd_descriptions(medusa, html, expected):
	(name,) = items(1, price=False)
	store_raw(name, web_long_description=html, short_description=f"\x0bshort{ZERO}")
	frappe.get_doc(
		{
			"doctype": "Item Website Specification",
			"parenttype": DOCTYPE,
			"parent": name,
			"parentfield": "website_specifications",
			"idx": 1,
			"label": f"Si{ZERO}ze 🧤",
			"description": html[:10_000],
		}
	).db_insert()
	drain()
	assert outbox() == []
	product = products(medusa)[name]
	if expected is not None:
		assert product["description"] == expected
	assert "alert" not in str(product["description"])
	assert product["metadata"]["short_description"] == "short"
	assert product["metadata"]["specifications"][0]["label"] == "Size 🧤"


def test_control_characters_in_names(medusa):
	names = items(2, price=False)
	store_raw(names[0], brand=f"Bra{ZERO}nd", stock_uom=f"No{ZERO}s")
	frappe.db.set_value("Item Group", "Gloves", "item_group_name", f"Glo{ZERO}ves")
	drain()
	assert_in_step(medusa, names)


# --- no trace of what never happened


def test_a_save_that_rolls_back_leaves_no_trace(medusa, proxy):
	names = items(1)
	drain()
	proxy.clear()
	get_job(box.outbox.job_id).delete()
	with pytest.raises(ZeroDivisionError):
		_save_and_fail(names[0])
	frappe.db.rollback()
	assert outbox() == []
	assert not is_job_enqueued(box.outbox.job_id)
	drain()
	assert proxy.calls == []
	assert_in_step(medusa, names)


def _save_and_fail(name: str) -> None:
	website_item("G-9")
	item_price("G-9", 3)
	save(name, web_item_name="Never")
	frappe.get_doc("Item Price", {"item_code": "G-0"}).update({"price_list_rate": 99}).save()
	frappe.delete_doc(DOCTYPE, frappe.db.get_value(DOCTYPE, {"item_code": "G-9"}))
	1 / 0


def test_a_part_that_rolls_back_leaves_no_trace(medusa):
	names = items(1)
	frappe.db.savepoint("before_it")
	website_item("G-8")
	save(names[0], web_item_name="Never")
	frappe.db.rollback(save_point="before_it")
	drain()
	assert_in_step(medusa, names)


def test_a_refused_deletion_leaves_no_trace(medusa, monkeypatch):
	names = items(1)
	drain()
	frappe.db.commit()
	with pytest.raises(frappe.LinkExistsError):
		frappe.delete_doc("Item Group", "Gloves")
	frappe.db.rollback()
	assert outbox() == []
	drain()
	assert_in_step(medusa, names)


def test_after_a_rollback_the_next_save_starts_a_drain(medusa):
	website_item("G-1")
	frappe.db.rollback()
	assert not is_job_enqueued(box.outbox.job_id)
	website_item("G-2")
	frappe.db.commit()
	assert is_job_enqueued(box.outbox.job_id)


# --- in between


def test_ten_saves_are_one_call(medusa, proxy):
	(name,) = items(1)
	for n in range(10):
		save(name, web_item_name=f"Title {n}")
		frappe.db.commit()
	assert rows()[name].revision == 11
	drain()
	assert calls(medusa, "product") == 1
	assert_in_step(medusa, [name])


def test_what_changes_while_it_is_sent_is_sent_again(medusa, proxy, monkeypatch):
	(name,) = items(1)
	send = ProductTask.send

	def and_meanwhile(task, medusa, database):
		reply = send(task, medusa, database)
		monkeypatch.undo()
		database.run(lambda: save_and_commit(name, web_item_name="Newer"))
		return reply

	monkeypatch.setattr(ProductTask, "send", and_meanwhile)
	frappe.db.commit()
	drain_what_is_due()
	assert calls(medusa, "product") == 2
	assert_in_step(medusa, [name])
	assert products(medusa)[name]["title"] == "Newer"


def test_what_fails_and_changes_while_it_is_sent_is_due_at_once(medusa, proxy, monkeypatch):
	(name,) = items(1, price=False)
	send = ProductTask.send

	def and_meanwhile(task, medusa, database):
		try:
			return send(task, medusa, database)
		finally:
			monkeypatch.undo()
			database.run(lambda: save_and_commit(name, web_item_name="Newer"))

	monkeypatch.setattr(ProductTask, "send", and_meanwhile)
	refused = '{"type":"invalid_data","message":"Not like this"}'
	proxy.fail("status", match=call(medusa, "product"), status=400, body=refused)
	frappe.db.commit()
	drain_what_is_due()
	assert_in_step(medusa, [name])


def test_deleted_before_it_was_ever_sent(medusa, proxy):
	names = items(2)
	frappe.delete_doc(DOCTYPE, names[0])
	drain()
	assert_in_step(medusa, names[1:])
	posted = frappe.get_all(
		"Medusa Request Log",
		{"url": ("like", "%/admin/products%"), "method": "POST"},
		pluck="payload",
		order_by="name",
	)
	assert posted
	assert not any(names[0] in payload for payload in posted)


def test_a_name_that_is_used_again(medusa):
	"""Frappe gives the last number of a series away again when its document is deleted."""
	names = items(2)
	drain()
	last = frappe.get_doc(DOCTYPE, names[1])
	frappe.delete_doc(DOCTYPE, last.name)
	again = website_item("N-1")
	item_price("N-1", 7)
	again = (
		frappe.rename_doc(DOCTYPE, again.name, last.name, force=True)
		if again.name != last.name
		else again.name
	)
	drain_as_time_goes_by(2)
	assert_in_step(medusa, [names[0], again])
	assert prices(medusa)["N-1"] == [("Standard Selling", "omr", 7)]
	assert products(medusa)[again]["variants"][0]["sku"] == "N-1"


def test_a_parked_row_waits_for_the_next_change(medusa):
	names = items(2, price=False)
	frappe.db.set_value(
		"Medusa Outbox", outbox_module.key_of("Product", names[0]), {"status": "Parked", "error": "Why"}
	)
	drain()
	assert external_ids(medusa).keys() == {names[1]}
	assert rows()[names[0]].error == "Why"
	save(names[0], ranking=3)
	drain()
	assert_in_step(medusa, names)
	assert_no_doubles(medusa)


# --- the drain's own transactions


@pytest.mark.parametrize(
	"step", ["delivery.claims._take", "outbound.prices.item_prices", "delivery.documents.write"]
)
def test_a_drain_that_is_a_deadlocks_victim_goes_on(medusa, monkeypatch, step):
	"""MariaDB chooses a victim; here it is always the drain, when it claims, when it reads, and when it settles."""
	step = f"medusa_integration.{step}"
	names = items(2)
	real, victims = frappe.get_attr(step), []

	def victim_once(*args):
		if not victims:
			victims.append(step)
			raise frappe.QueryDeadlockError(
				"Deadlock found when trying to get lock; try restarting transaction"
			)
		return real(*args)

	monkeypatch.setattr(step, victim_once)
	drain()
	assert victims and not frappe.get_all("Error Log", {"error": ("like", "%Deadlock%")})
	drain()
	assert_in_step(medusa, names)
