"""What the demo shop has beside plain prices: a sale, a second currency, a group of customers with prices of its own, and a
Product Bundle; and what a visitor finds of each.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from rich.table import Table

from tests.medusa.server import Medusa
from tools.demo import stage
from tools.demo.expected import Shop, product_facts
from tools.demo.options import row
from tools.demo.rows import Row, group_path

SALE_GROUP, TAKEN_OFF = "Masks & Face Protection", 20  # per cent
ON_SALE = "MSK-3PK"
ABROAD, DOLLARS = "Price List USD", {"GLV/NIT-M": "4.350"}
CLINICS, CLINIC_PRICES = "Clinics", {"GLV/NIT-M": "1.500"}
BUNDLE = row(
	"KIT-PPE",
	"Protection Kit for One Visitor",
	"Products > Infection Control > Protective Clothing",
	short_description="A pair of goggles, and two sets of face shields.",
)
PARTS = {"MSK-GOG": 1, "MSK-SHD": 2}
BUNDLE_PRICE = "21.500"


def save(medusa: Medusa, warehouse: str | None = None) -> None:
	"""Save the documents, and tell the app the price lists of the shop."""
	import frappe

	from tests.support import buying, factories

	buying.market(medusa, "us", "usd")
	for name, currency, rates in ((ABROAD, "USD", DOLLARS), (f"{CLINICS} OMR", "OMR", CLINIC_PRICES)):
		factories.price_list(name, currency)
		for code, rate in rates.items():
			factories.item_price(code, float(rate), price_list=name)
	clinics = {"customer_group_name": CLINICS, "parent_customer_group": "All Customer Groups"}
	frappe.get_doc({"doctype": "Customer Group", **clinics}).insert()
	factories.pricing_rule(item_group=SALE_GROUP, title="Mask week", discount_percentage=TAKEN_OFF)
	_save_bundle(warehouse)
	config = frappe.get_doc("Medusa Configuration")
	config.set(
		"shop_prices",
		[
			{"price_list": "Standard Selling"},
			{"price_list": ABROAD},
			{"price_list": f"{CLINICS} OMR", "customer_group": CLINICS},
		],
	)
	config.save()
	frappe.db.commit()


def put_into_group(email: str) -> None:
	"""Put a shop's Customer into the group with prices of its own, as a clerk does."""
	import frappe

	frappe.db.rollback()  # to see what others have committed
	doc = frappe.get_doc("Customer", frappe.db.get_value("Customer", {"email_id": email}))
	doc.customer_group = CLINICS
	doc.save()
	frappe.db.commit()


def _save_bundle(warehouse: str | None) -> None:
	import frappe

	from tools.demo import catalogue

	catalogue.save_bundle({**BUNDLE, "price": BUNDLE_PRICE}, PARTS, warehouse)
	frappe.db.commit()


def expect(shop: Shop, catalogue: list[Row], site_url: str, countries: dict[str, str]) -> None:
	"""Change what the shop must hold: the sale's prices, and the bundle.

	:param countries: `{name: ISO code}`
	"""
	for each in catalogue:
		if group_path(each)[-1] == SALE_GROUP and each["item_code"] in shop.prices:
			currency, price = shop.prices[each["item_code"]]
			shop.prices[each["item_code"]] = (currency, on_sale(price))
	code = BUNDLE["item_code"]
	shop.products[code] = product_facts(BUNDLE, site_url, countries)
	shop.variants[code] = {"title": "Default", "allow_backorder": False, "manage_inventory": True}
	shop.prices[code] = ("omr", Decimal(BUNDLE_PRICE))


def on_sale(price: Decimal) -> Decimal:
	"""The price in the sale, in OMR."""
	return (price * (100 - TAKEN_OFF) / 100).quantize(Decimal("0.001"), ROUND_HALF_UP)


def show(medusa: Medusa, catalogue: list[Row]) -> int:
	"""Ask as visitors would, and print a line for each offer; returns how many show something else."""
	table = Table("Offer", "Expected", "Found", title="Offers", title_justify="left")
	wrong = 0
	for what, expected, found in _offers(medusa, {each["item_code"]: each for each in catalogue}):
		wrong += expected != found
		table.add_row(what, expected, found if expected == found else f"{found} (!)")
	stage.console.print(table)
	return wrong


def _offers(medusa: Medusa, rows: dict[str, Row]) -> Iterator[tuple[str, str, str]]:
	import frappe

	from tests.prices.shoppers import Shopper
	from tests.site import run_jobs
	from tests.support import buying, factories

	price = Decimal(rows[ON_SALE]["price"])
	asked, before = _price(medusa, ON_SALE)
	yield f"{ON_SALE}, in the sale", f"{on_sale(price)}, before {price}", f"{asked}, before {before}"
	(code, dollars), (_code, of_clinics) = (*DOLLARS.items(), *CLINIC_PRICES.items())
	region = buying.market(medusa, "us", "usd").id
	yield f"{code}, abroad", f"{dollars} USD", f"{_price(medusa, code, region)[0]} USD"
	clinic = Shopper(medusa, "Bay Clinic", CLINICS)
	run_jobs()
	factories.drain()
	doc = frappe.get_doc("Website Item", {"item_code": code})
	found = Decimal(str(clinic.asked(doc))).quantize(Decimal("0.001"))
	yield f"{code}, for a clinic", of_clinics, str(found)
	yield f"{code}, for everybody", rows[code]["price"], str(_price(medusa, code)[0])


def _price(medusa: Medusa, code: str, region: str = "") -> tuple[Decimal, Decimal]:
	"""A guest's price of one piece, and the one that is struck through."""
	import frappe

	id = frappe.db.get_value("Website Item", {"item_code": code}, "medusa_id")
	params = {"region_id": region or medusa.shop["region_id"], "fields": "*variants.calculated_price"}
	(variant,) = medusa.store("GET", f"/store/products/{id}", params=params)["product"]["variants"]
	price = variant["calculated_price"]
	return tuple(
		Decimal(str(price[f"{which}_amount"])).quantize(Decimal("0.001"))
		for which in ("calculated", "original")
	)
