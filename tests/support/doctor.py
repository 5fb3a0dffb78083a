"""What the doctor's tests share."""

import frappe

from medusa_integration import session
from medusa_integration.operations import doctor
from tests.support.checks import assert_in_step
from tests.support.factories import drain, item_price, products, website_item


def examined() -> doctor.ShopComparison:
	"""A comparison that is done."""
	frappe.db.commit()
	comparison = doctor.ShopComparison(session.open_shop())
	assert sum(comparison.run()) >= 0
	return comparison


def found() -> list[tuple]:
	return sorted((each.verdict, each.what, each.name) for each in examined().differences)


def repaired(medusa, names: list[str], *, deleting: bool = False) -> None:
	"""Queue the repairs, send them, and see that all agrees."""
	comparison = examined()
	comparison.queue_repairs()
	if deleting:
		comparison.queue_deletions()
	drain()
	assert found() == []
	assert_in_step(medusa, names)


def three_items() -> list[str]:
	"""Three Website Items that are in the shop, with their prices: 1, 2 and 3."""
	made = []
	for number in (1, 2, 3):
		values = (
			{"web_long_description": "<p>One</p>", "on_backorder": 1, "ranking": 4} if number == 1 else {}
		)
		made.append(website_item(f"DOC-{number}", **values).name)
		item_price(f"DOC-{number}", number)
	drain()
	return made


def product(medusa, name: str) -> dict:
	return products(medusa)[name]


def change(medusa, name: str, **values) -> None:
	medusa.admin("POST", f"/admin/products/{product(medusa, name)['id']}", json=values)
