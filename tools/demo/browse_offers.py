"""The steps of a visit that look at offers: a sale, a bundle, prices in another currency."""

from decimal import Decimal

from playwright.sync_api import expect

from tools.demo import offers
from tools.demo.browse_page import Window


class LookingForOffers(Window):
	"""Somebody who looks at what the products cost."""

	def look_at_sale(self) -> None:
		"""The card and the page of a product in a sale have the price before, struck through."""
		row = self._rows[offers.ON_SALE]
		card = self._card(
			row["web_item_name"], "/#/category/products/infection-control/masks-face-protection"
		)
		expect(card.locator(".price s")).to_contain_text(row["price"])
		expect(card.locator(".price b")).to_contain_text(str(offers.on_sale(Decimal(row["price"]))))
		self._shoot("sale-cards")
		card.locator("a").first.click()
		expect(self.page.locator(".cost s")).to_contain_text(row["price"])
		expect(self.page.locator(".cost b")).to_contain_text(str(offers.on_sale(Decimal(row["price"]))))
		self._shoot("sale")

	def look_at_bundle(self) -> None:
		"""A Product Bundle is for sale where its parts are in stock."""
		self._card(offers.BUNDLE["web_item_name"]).locator("a").first.click()
		expect(self.page.locator(".cost b")).to_contain_text(offers.BUNDLE_PRICE)
		expect(self.page.locator(".stock.yes")).to_be_visible()
		self._shoot("bundle")

	def go_abroad(self) -> None:
		"""Another country has its own currency, on the cards and on the page; then back home."""
		((code, dollars),) = offers.DOLLARS.items()
		self.page.get_by_label("Delivery to").select_option(label="United States (USD)")
		self._wait()
		card = self._card(self._rows[code]["web_item_name"], "/#/category/products/infection-control/gloves")
		expect(card.locator(".price b")).to_contain_text(f"${float(dollars):.2f}")
		self._shoot("abroad-cards")
		card.locator("a").first.click()
		expect(self.page.locator(".cost b")).to_contain_text(f"${float(dollars):.2f}")
		self._shoot("abroad")
		self.page.get_by_label("Delivery to").select_option(label="Oman (OMR)")
		expect(self.page.locator(".cost b")).to_contain_text(self._rows[code]["price"])
