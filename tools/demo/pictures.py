"""python -m tools.demo.pictures [NAME …]: the screenshots in docs/pictures, taken of a real Desk, a real Medusa and the shop window.

The demo catalogue is sent, orders are placed, some rows are parked and some wait; then headless Chromium opens the forms and lists. Playwright
drives the system's Chromium; it downloads none.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.medusa.server import Medusa
from tests.site import desk, site
from tests.support.processes import free_port
from tools.demo import browse, offers, options, rows, serve, stage, window
from tools.demo.shop import server as shop
from tools.demo.shop.erpnext import ERPNext

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
WIDTH = 1200
LARGEST = 150_000  # bytes of one picture
SHOWN = "DEQ-1001"  # the item whose form is shown
CLINIC = "Harbour Dental Clinic"  # the Customer whose form is shown
KNOWN, ORDERED = "Muscat Medical Centre", "Salma Al Balushi"  # Customers with one e-mail
OFFERED = "[role=option]:visible"  # the choices of a link field
BUYERS = ("aisha", "omar", "zayd", "salma", "fatma", "khalid")
SIGNED_UP = (("Aisha", CLINIC), ("Omar", "Coast Clinic"), ("Zayd", "Zayd's Surgery"))
TAKEN = {
	"HPC-2001": "High-Speed Handpiece, LED",
	"HPC-2002": "Slow-Speed Handpiece 1:1",
}  # made in Medusa by hand
# No request under way, nothing frozen, no animation of a dialog or menu running.
DRAWN = """() => window.frappe?.boot && frappe.container?.page && !frappe.request.ajax_count
	&& !document.querySelector('#freeze.in')
	&& document.getAnimations().every((each) => each.playState !== 'running' || each.effect.getTiming().iterations > 1)"""
SHOP_DRAWN = """() => !document.querySelector('main[aria-busy]')
	&& [...document.images].every((each) => each.complete || each.loading === 'lazy')"""

# The chart's bars grow from nothing.
CHART_DRAWN = """() => {
	const heights = [...document.querySelectorAll('.frappe-chart rect.bar')].map((bar) => bar.getBBox().height);
	const before = window.medusa_heights;
	window.medusa_heights = `${heights}`;
	return before === `${heights}` && Math.max(...heights) > 50;
}"""


def main() -> None:
	"""Start both sides, bring them into a state worth seeing, and take the pictures."""
	browser = browse.browser()
	if not browser:
		sys.exit("The pictures are taken in Chromium, which isn't installed: apt install chromium")
	with stage.console.status("Building the Desk (the first time takes a minute)…"):
		desk.build()
	with ExitStack() as stack:
		medusa = stack.enter_context(stage.medusa_and_site())
		port = free_port()
		url = f"http://127.0.0.1:{port}"
		stage.set_site_config(host_name=url)
		stage.configure(medusa)
		server = stack.enter_context(stage.process("serve", str(port)))
		serve.wait_for(url, server)
		with stage.process("worker") as worker:
			stage.save_catalogue(rows.read())
			options.save(window.shelf())
			offers.save(medusa, window.shelf())
			window.stock([], options.stock())
			_stock()
			_park(medusa)
			_sell_elsewhere(medusa)
			_sign_up()
			stage.wait_until_sent(worker)
			window.furnish()
			stage.wait_until_sent(worker)
		front = stack.enter_context(shop.serving(shop.Server(ERPNext(url, secret=""), medusa)))
		stack.enter_context(_three_decimals())
		orders = _place_orders(medusa)
		_import(orders[:4])
		_leave_waiting(orders[4])  # as nobody works any more
		_made_by_another_tool(medusa)
		page = stack.enter_context(_signed_in(browser, url))
		FOLDER.mkdir(parents=True, exist_ok=True)
		for name in sys.argv[1:] or (*PICTURES, *SHOP):
			if name == STOREFRONTS:
				_open_storefronts(medusa)  # which queues products
			if name in SHOP:
				SHOP[name](page, front)
			else:
				PICTURES[name](page)
				page.wait_for_function(DRAWN)
			_save(page, name)


# --- a state worth seeing


def _stock() -> None:
	"""Receive the goods of the first items into the shop's warehouse."""
	import frappe

	from tests.support import factories

	warehouse = factories.warehouse("Shop")
	stocked = [row for row in rows.read() if row["stock_qty"] and float(row["stock_qty"]).is_integer()][:20]
	for row in stocked:
		doc = frappe.get_doc("Website Item", {"item_code": row["item_code"]})
		doc.website_warehouse = warehouse
		doc.save()
		if float(row["stock_qty"]) > 0:
			factories.move_stock(warehouse, **{row["item_code"].replace("-", "_"): float(row["stock_qty"])})
		frappe.db.commit()


def _park(medusa: Medusa) -> None:
	"""Two items whose skus the shop has already, and a price in a currency that the shop doesn't sell in."""
	import frappe

	from tests.support import factories
	from tests.support.shop import make_product

	for code, name in TAKEN.items():
		make_product(medusa, code, title=name)
		factories.item(code, "Dental Equipment", item_name=name)
		factories.website_item(code, group="Dental Equipment", web_item_name=name)
	if not frappe.db.exists("Currency", "CHF"):
		frappe.get_doc({"doctype": "Currency", "currency_name": "CHF"}).insert()
	price = factories.item_price("DEQ-1002", 995, valid_from="2026-01-01")
	price.db_set("currency", "CHF")  # a save takes the price list's
	frappe.db.commit()


def _sell_elsewhere(medusa: Medusa) -> None:
	"""Products that were made in Medusa's admin, which ERPNext has no Items of."""
	from tests.support.shop import make_product

	gifts = medusa.admin("POST", "/admin/collections", {"title": "Gifts"})["collection"]["id"]
	for sku, title, amount, status in (
		("GIFT-1", "Tooth mug, bamboo", 3.5, "published"),
		("GIFT-2", "Travel kit for the teeth", 6.25, "published"),
		("GIFT-3", "Poster: how to brush", 1.2, "draft"),
	):
		make_product(medusa, sku, title=title, price=amount, status=status, collection_id=gifts)
	make_product(medusa, "SCRUB-S", "SCRUB-M", title="Scrub suit", price=14, status="published")


def _made_by_another_tool(medusa: Medusa) -> None:
	"""A product that isn't linked and has another tool's external id."""
	import frappe

	linked = {"medusa_id": ("is", "set"), "published": 1, "item_group": ("!=", "Protective Clothing")}
	name, id = frappe.db.get_value("Website Item", linked, ["name", "medusa_id"], order_by="name desc")
	medusa.admin("POST", f"/admin/products/{id}", {"external_id": "shelf-4711"})
	frappe.db.set_value("Website Item", name, {"medusa_id": None, "medusa_variant_id": None})
	frappe.db.commit()


def _open_storefronts(medusa: Medusa) -> None:
	"""Three sales channels: the shop's own, one for companies, and one of single items."""
	import frappe

	from tests.support import factories

	ids = [
		medusa.admin("POST", "/admin/sales-channels", {"name": name})["sales_channel"]["id"]
		for name in ("Wholesale", "Outlet")
	]
	location = medusa.shop["stock_location_id"]
	medusa.admin("POST", f"/admin/stock-locations/{location}/sales-channels", {"add": ids})
	factories.configure(
		medusa,
		sales_channels=[
			{"sales_channel": ids[0], "sells": "Chosen Items", "item_group": "Infection Control"},
			{"sales_channel": ids[0], "sells": "Chosen Items", "item_group": "Dental", "brand": "Lumedrel"},
			{"sales_channel": ids[1], "sells": "Listed Items"},
		],
	)
	frappe.db.commit()


def _sign_up() -> None:
	"""Customers who have long been buying, Leads that have just signed up in the shop, and one who has ordered."""
	import frappe

	from tests.support import factories

	factories.customer(CLINIC, medusa_id=None, email_id="office@harbour-dental.example")
	for name, company in SIGNED_UP:
		factories.lead(name, company_name=company, medusa_id=f"cus_01JDB3W1S6YQ5V2M8K0T7H{name.upper()}")
	for name, id in ((KNOWN, None), (ORDERED, "cus_01JDB3W1S6YQ5V2M8K0T7HSALMA")):
		factories.customer(name, medusa_id=id, email_id="salma@muscat-medical.example")
	frappe.db.commit()


def _three_decimals():
	"""A site that keeps as many decimals as the shop's currency has."""
	from tests.support import arriving

	return arriving.precision(3)


def _place_orders(medusa: Medusa) -> list[str]:
	"""Orders of before the import began, of which some have a product that ERPNext doesn't know."""
	import frappe
	from frappe.utils import add_days, now_datetime

	from tests.support import arriving, buying, factories

	account = arriving.shipping_account()
	factories.configure(
		medusa, import_orders=1, import_since=add_days(now_datetime(), 1), shipping_account=account
	)
	buying.product(medusa, "GIFT-WRAP")
	frappe.db.commit()
	lines = [[("DEQ-1001", 1)], [("GIFT-WRAP", 2)], [("DEQ-1003", 1)], [("DEQ-1001", 1), ("GIFT-WRAP", 1)]]
	return [
		buying.place(medusa, each, email=f"{name}@clinic.example")
		for name, each in zip(BUYERS, [*lines, *lines[:2]], strict=True)
	]


def _import(orders: list[str]) -> None:
	"""Bring orders in, as far as that can be done."""
	import frappe

	from medusa_integration.delivery.box import inbox
	from medusa_integration.orders.orders_from_medusa import CHOSEN, INCOMING_ORDER
	from medusa_integration.sync.receiving import drain_inbox

	inbox.add_many(((INCOMING_ORDER, each) for each in orders), {CHOSEN: True})
	frappe.db.commit()
	drain_inbox()
	frappe.db.commit()


def _leave_waiting(order: str) -> None:
	"""Save some items again, and hear of an order."""
	import frappe

	from medusa_integration.delivery.box import inbox
	from medusa_integration.orders.orders_from_medusa import INCOMING_ORDER

	inbox.add(INCOMING_ORDER, order)
	for code in ("DEQ-1003", "DEQ-1004", "DEQ-1005"):
		name = frappe.db.get_value("Website Item", {"item_code": code})
		if name:
			doc = frappe.get_doc("Website Item", name)
			doc.ranking += 1
			doc.save()
	frappe.db.commit()


# --- the browser


@contextmanager
def _signed_in(browser: str, url: str) -> Iterator[Page]:
	with sync_playwright() as playwright:
		chromium = playwright.chromium.launch(executable_path=browser, args=list(browse.ARGUMENTS))
		context = chromium.new_context(base_url=url, viewport={"width": WIDTH, "height": 800}, locale="en")
		context.set_default_timeout(browse.PATIENCE)
		login = {"usr": "Administrator", "pwd": site.PASSWORD}
		reply = context.request.post("/api/method/login", form=login)
		if not reply.ok:
			raise RuntimeError(f"The Desk refuses the login: {reply.text()}")
		try:
			yield context.new_page()
		finally:
			chromium.close()


def _open(page: Page, route: str, height: int, shows: str) -> None:
	"""Open a page of the Desk in a window of that height, and wait for what it is to show."""
	page.set_viewport_size({"width": WIDTH, "height": height})
	page.goto(f"/desk/{route}", wait_until="domcontentloaded")
	page.locator(shows).first.wait_for()
	page.wait_for_function(DRAWN)


def _choose(page: Page, menu: str, entry: str) -> None:
	"""An entry of a form's menu."""
	page.locator(".page-actions .inner-group-button button", has_text=menu).first.click()
	page.locator(".dropdown-menu.show", has_text=entry).get_by_text(entry).click()


def _save(page: Page, name: str) -> None:
	"""As a PNG of 256 colours, a third of the size of the screenshot. Those of the shop window, which has shades, are mixed."""
	picture = Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
	path = FOLDER / f"{name}.png"
	flat = picture.quantize(256, dither=Image.Dither.NONE)
	mixed = picture.quantize(palette=flat, dither=Image.Dither.FLOYDSTEINBERG) if name in SHOP else flat
	mixed.save(path, optimize=True)
	size = path.stat().st_size
	stage.console.print(f"{path.relative_to(FOLDER.parents[1])}  {size // 1000} kB")
	if size > LARGEST:
		raise RuntimeError(f"{path.name} has {size} bytes, more than {LARGEST}")


# --- the pictures


def _website_item(page: Page) -> None:
	import frappe

	name = frappe.db.get_value("Website Item", {"item_code": SHOWN})
	_open(page, f"website-item/{name}", 640, ".form-message .indicator, .form-message-container .indicator")
	page.locator(".page-actions .inner-group-button button", has_text="Medusa").first.click()


def _website_items(page: Page) -> None:
	_open(page, "website-item", 640, ".list-row .list-subject")


def _configuration(page: Page) -> None:
	_open(page, "medusa-configuration", 640, ".page-actions button")
	page.get_by_role("button", name="Test Connection").first.click()
	page.locator(".msgprint .indicator").first.wait_for()


def _workspace(page: Page) -> None:
	_open(page, "medusa", 860, ".number-widget-box .widget-content .number")
	page.locator(".number-card-loading").first.wait_for(state="detached")
	page.wait_for_function(CHART_DRAWN, polling=500)


def _outbox(page: Page) -> None:
	_open(page, "medusa-outbox", 760, ".list-row .list-subject")


def _inbox(page: Page) -> None:
	_open(page, "medusa-inbox", 480, ".list-row .list-subject")


def _import_orders(page: Page) -> None:
	"""Previewed with nobody at work in the background, so that the job is done here."""
	_open(page, "medusa-configuration", 720, ".page-actions button")
	_choose(page, "Medusa", "Import orders")
	page.locator(".modal.show").get_by_role("button", name="Preview").click()
	page.locator(".modal.show", has_text="Waiting for a background worker").first.wait_for()
	_run_jobs()
	page.locator(".modal.show .indicator.green").first.wait_for()


def _import_products(page: Page) -> None:
	"""As `_import_orders`, with what the shop has beside ERPNext's products."""
	_open(page, "medusa-configuration", 760, ".page-actions button")
	_choose(page, "Products", "Import products")
	page.locator(".modal.show").get_by_role("button", name="Preview").click()
	page.locator(".modal.show", has_text="Waiting for a background worker").first.wait_for()
	_run_jobs()
	page.locator(".modal.show table td").first.wait_for()


def _link_products(page: Page) -> None:
	_open(page, "medusa-configuration", 640, ".page-actions button")
	_choose(page, "Products", "Link existing products")
	page.locator(".modal.show", has_text="Waiting for a background worker").first.wait_for()
	_run_jobs()
	page.locator(".modal.show .modal-body .indicator").first.wait_for()
	replaced = page.locator(".modal.show .modal-body .mb-3", has_text="of another tool").first
	replaced.locator("summary").click()


def _fields(page: Page) -> None:
	_open(page, "medusa-configuration", 640, ".page-actions button")
	section = page.locator(".form-section", has_text="Which side fills a field").first
	section.locator(".section-head").click()
	section.locator(".grid-add-row").click()
	section.scroll_into_view_if_needed()


def _price_lists(page: Page) -> None:
	_open(page, "medusa-configuration", 480, ".page-actions button")
	_to_section(page, "Prices in the shop")


def _sales_channels(page: Page) -> None:
	_open(page, "medusa-configuration", 480, ".page-actions button")
	page.locator(".form-tabs .nav-link", has_text="Orders from Medusa").click()
	_to_section(page, "Sales Channels")


def _to_section(page: Page, title: str) -> None:
	head = page.locator(".form-section .section-head", has_text=title).locator("visible=true").first
	if "collapsed" in (head.get_attribute("class") or ""):
		head.click()
	head.evaluate("(element) => element.scrollIntoView({ block: 'start' })")
	page.mouse.wheel(0, -80)  # from below the tabs


def _run_jobs() -> None:
	from tests.site import run_jobs

	run_jobs(("long",))


def _request_log(page: Page) -> None:
	_open(page, "medusa-request-log", 640, ".list-row .list-subject")


def _link_lead(page: Page) -> None:
	_open(page, f"customer/{CLINIC}", 640, ".page-actions button")
	page.get_by_role("button", name="Link Medusa Lead").first.click()
	page.locator(".modal.show .awesomplete input").first.click()
	page.locator(OFFERED, has_text=CLINIC).first.wait_for()


def _linked_customer(page: Page) -> None:
	"""Goes on from the open dialog: chooses, confirms, and looks at the linked Customer."""
	page.locator(OFFERED, has_text=CLINIC).first.click()
	page.locator(".modal.show").get_by_role("button", name="Link", exact=True).click()
	page.locator(".modal.show", has_text="can't be undone").get_by_role("button", name="Link").click()
	page.locator(".form-dashboard .indicator", has_text="Linked to a customer").first.wait_for()
	page.locator(".page-actions .inner-group-button button", has_text="Medusa").first.wait_for()
	page.locator(".desk-alert").first.wait_for(state="detached")


def _unlink_account(page: Page) -> None:
	"""Goes on from the linked Customer."""
	page.locator(".page-actions .inner-group-button button", has_text="Medusa").first.click()
	page.locator(".dropdown-menu.show", has_text="Open in Medusa").get_by_text(
		"Unlink Deleted Account"
	).click()
	page.locator(".modal.show", has_text="Medusa is asked first").first.wait_for()


def _same_email(page: Page) -> None:
	_open(page, f"customer/{ORDERED}", 480, ".page-actions .inner-group-button button >> text=Same E-mail")
	page.locator(".page-actions .inner-group-button button", has_text="Same E-mail").first.click()
	page.locator(".dropdown-menu.show", has_text=KNOWN).first.wait_for()


def _shop_window(page: Page, front: str) -> None:
	page.set_viewport_size({"width": WIDTH, "height": 1060})
	page.goto(front)
	page.locator(".shelf .card").first.wait_for()
	page.wait_for_load_state("networkidle")
	page.wait_for_function(SHOP_DRAWN)


def _options(page: Page, front: str) -> None:
	"""A size and a colour that are in stock."""
	template = options.TEMPLATES[0].row["web_item_name"]
	page.set_viewport_size({"width": WIDTH, "height": 640})
	page.goto(f"{front}/#/search?{urlencode({'q': template})}")
	page.locator(".card a", has_text=template).first.click()
	page.locator(".option", has_text="Teal").click()
	page.locator(".option").get_by_text("M", exact=True).click()
	page.wait_for_function(SHOP_DRAWN)


def _sale(page: Page, front: str) -> None:
	page.set_viewport_size({"width": WIDTH, "height": 640})
	page.goto(f"{front}/#/category/products/infection-control/masks-face-protection")
	page.locator(".card .price s").first.wait_for()
	page.wait_for_function(SHOP_DRAWN)


SHOP = {"shop-window": _shop_window, "options": _options, "sale": _sale}
STOREFRONTS = "sales-channels"
# The configuration last: it asks Medusa for its pick-lists, which would fill the log.
PICTURES = {
	"website-item": _website_item,
	"website-items": _website_items,
	"workspace": _workspace,
	"outbox": _outbox,
	"inbox": _inbox,
	"request-log": _request_log,
	"link-lead": _link_lead,
	"linked-customer": _linked_customer,
	"unlink-account": _unlink_account,
	"same-email": _same_email,
	"import-orders": _import_orders,
	"import-products": _import_products,
	"link-products": _link_products,
	"fields": _fields,
	"price-lists": _price_lists,
	"configuration": _configuration,
	STOREFRONTS: _sales_channels,
}

if __name__ == "__main__":
	main()
