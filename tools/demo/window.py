"""What a shop window needs beside the catalogue: goods, a landing page, reviews, mails that leave, orders that come in."""

from tests.medusa.server import Medusa
from tests.support.smtp import MailServer
from tools.demo import drawings, ordering
from tools.demo.rows import Row

ROOT = "Products"  # the Item Group of all that is sold
SHELF = 12  # items in a table of the landing page
GROUPS = ("Dental", "Medical", "Infection Control", "Medical Laboratory IVD")
BRANDS = ("Zenquora", "Sarovane", "Kestovar", "Lumedrel")
# title, words, hue, the Item Group that it leads to
BANNERS = (
	("Everything for the surgery", "From the dental unit to the last bur", 176, "Dental"),
	("Clean hands, clean rooms", "Gloves, disinfectants, sterilisation", 212, "Infection Control"),
	("The laboratory's shelf", "Glassware, stains and rapid tests", 268, "Medical Laboratory IVD"),
)
DEALS = (("GLV/PINK-S", "Gloves in pink", 338), ("DEQ-1003", "A quiet turbine", 200))
VOICES = (
	("They deliver what they promise, and on the day.", "Dr. Aisha Al Harthy", "Dentist, Muscat"),
	(
		"I asked for twelve items in the evening and had the prices at breakfast.",
		"Omar Said",
		"Clinic manager, Sohar",
	),
	("عناية ممتازة وتسليم سريع", "سلمى", "صيدلانية"),
)
VARIANTS = {"A.101": ("A.102", "A.103")}  # of a product, by item code
# item, stars, name, words
REVIEWS = (
	("DEQ-1003", 5, "Aisha", "Quiet, and it stays cool. We have ordered two more."),
	("DEQ-1003", 4, "Omar", "Good turbine. The coupling needs a firm hand."),
	("GLV/PINK-S", 5, "Salma", "No tears, and the children like the colour."),
	("GLV/PINK-S", 3, "Khalid", "Rather small for an S."),
	("A.101", 4, "Fatma", "Shade fits well."),
	("MSK-3PB", 5, "Zayd", "مريحة جدا"),
)


def configure(medusa: Medusa, mails: MailServer, url: str) -> str:
	"""Let the storefront's server in, orders too, and mails out; returns the Signing Secret.

	:param url: the shop window's
	"""
	import frappe

	from tests.support import storefront
	from tests.support.orders import outgoing_account

	storefront.configure_storefront(
		frontend_url=url,
		product_page=f"{url}/#/product/{{id}}",
		publishable_key=medusa.shop["publishable_key"],
	)
	ordering.configure()
	outgoing_account(smtp_port=mails.port)
	frappe.db.commit()
	return storefront.SECRET


def shelf() -> str:
	"""The warehouse whose goods are for sale."""
	from tests.support import factories

	return factories.warehouse(ordering.SHELF)


def stock(rows: list[Row], more: dict[str, int]) -> None:
	"""Receive the catalogue's goods into it, by one Stock Entry. Fractions are left out.

	:param more: `{item code: quantity}` of other goods
	"""
	import frappe

	warehouse = shelf()
	quantities = {row["item_code"]: float(row["stock_qty"] or 0) for row in rows} | more
	goods = [
		{"item_code": code, "qty": quantity, "t_warehouse": warehouse, "basic_rate": 1}
		for code, quantity in quantities.items()
		if quantity > 0 and float(quantity).is_integer()
	]
	entry = {"stock_entry_type": "Material Receipt", "purpose": "Material Receipt", "items": goods}
	company = frappe.db.get_value("Warehouse", warehouse, "company")
	frappe.get_doc({"doctype": "Stock Entry", "company": company, **entry}).insert().submit()
	frappe.db.commit()


def furnish() -> None:
	"""Make the landing page and the reviews, once Medusa has the products."""
	import frappe

	from medusa_integration.api import update_all_item_groups

	update_all_item_groups()
	_picture_groups()
	_make_landing_page()
	_put_on_clearance()
	_make_variants()
	_review()
	frappe.db.commit()


def _picture_groups() -> None:
	import frappe

	from tools.demo.catalogue import save_file

	for name in (ROOT, *GROUPS):
		frappe.db.set_value("Item Group", name, "image", save_file(f"{name}.png", drawings.group(name)))


def _make_landing_page() -> None:
	import frappe

	from tools.demo.catalogue import save_file

	def picture(name: str, *drawn) -> str:
		return save_file(f"{name}.png", drawings.banner(*drawn))

	def deal(code: str, title: str, hue: int) -> dict:
		return {
			"url": picture(f"Deal {title}", title, "Today's best deal", hue, (700, 350)),
			"website_item": _website_item(code),
		}

	newest = _items(order_by="creation desc")
	page = {
		"top_section": [
			*({"link_doctype": "Item Group", "name1": name} for name in GROUPS),
			*({"link_doctype": "Brand", "name1": name} for name in BRANDS),
		],
		"menu_section": [{"link_doctype": "Item Group", "name1": name} for name in GROUPS],
		"order": [{"label": name} for name in GROUPS],
		"banners": [
			{"url": picture(title, title, words, hue), "link_doctype": "Item Group", "name1": group}
			for title, words, hue, group in BANNERS
		],
		"best_deals": [deal(*each) for each in DEALS],
		"top_sellers": newest[SHELF : 2 * SHELF],
		"new_arrivals": newest[:SHELF],
		"trending_items": newest[3 * SHELF : 4 * SHELF],
		"dental_items": _items(group="Dental"),
		"infection_control_items": _items(group="Infection Control"),
		"testimonials": [
			{"review": words, "review_by": who, "designation": what} for words, who, what in VOICES
		],
	}
	name = "Active Homepage Landing"  # which the install makes
	frappe.get_doc("Homepage Landing", name).update(page).save()


def _put_on_clearance() -> None:
	"""Batches that expire soon, each of which a person ticks."""
	import frappe
	from frappe.utils import add_days, today

	from medusa_integration.api import fetch_clearance_items

	for days, row in enumerate(_items(order_by="creation desc")[2 * SHELF : 3 * SHELF], start=20):
		code = frappe.db.get_value("Website Item", row["website_item"], "item_code")
		batch = {"batch_id": f"B-{days}", "item": code, "expiry_date": add_days(today(), days)}
		doc = frappe.get_doc({"doctype": "Batch", **batch})
		doc.flags.ignore_validate = True  # The items aren't kept in batches.
		doc.insert().db_set("batch_qty", 5)
	fetch_clearance_items()
	doc = frappe.get_doc("Expiring Items")
	for row in doc.expiring_items:
		row.show = 1
	doc.save()


def _make_variants() -> None:
	import frappe

	for parent, codes in VARIANTS.items():
		for code in codes:
			doc = frappe.get_doc("Website Item", _website_item(code))
			doc.custom_parent_website_item = _website_item(parent)
			doc.save()


def _items(group: str = ROOT, order_by: str = "ranking desc, name") -> list[dict]:
	"""Rows of the landing page: items that are sold, of a group and those below it, those with a picture first."""
	import frappe
	from frappe.utils.nestedset import get_descendants_of

	filters = {"published": 1, "medusa_id": ("is", "set")}
	groups = [group, *get_descendants_of("Item Group", group)]
	rows = frappe.get_all(
		"Website Item",
		{**filters, "item_group": ("in", groups)},
		["name", "website_image"],
		order_by=order_by,
		limit_page_length=0,
	)
	pictured_first = sorted(rows, key=lambda row: not row.website_image)
	return [{"website_item": row.name} for row in pictured_first[: 4 * SHELF if group == ROOT else SHELF]]


def _website_item(code: str) -> str:
	import frappe

	return frappe.db.get_value("Website Item", {"item_code": code})


def _review() -> None:
	import frappe

	from medusa_integration.api import add_review_to_website_item

	for at, (code, rating, name, words) in enumerate(REVIEWS):
		add_review_to_website_item(
			item_code=frappe.db.get_value("Website Item", {"item_code": code}, "medusa_id"),
			customer_id=f"cus_demo_{at}",
			customer_name=name,
			review=words,
			rating=rating,
		)
