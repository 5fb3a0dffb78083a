"""The steps of a visit that only look: at the catalogue, the search, wrong addresses, and all of it on a telephone."""

import re

from playwright.sync_api import expect

from tools.demo import browse_checks
from tools.demo.browse_offers import LookingForOffers
from tools.demo.browse_page import LARGE, SMALL

PAGES = (
	"/", "/category/products/dental", "/search?q=golves", "/search?q=", "/clearance", "/wishlist", "/quotations",
	"/orders", "/cart", "/login", "/sign-up", "/suggest", "/nonsense",
)  # fmt: skip
MOST_STOPS = 20  # of the Tab key before the content


class Looking(LookingForOffers):
	"""Somebody who looks around."""

	def land(self) -> None:
		"""The landing page has its banners, tiles and shelves."""
		self._open("/")
		expect(self.page.locator(".hero img").first).to_be_visible()
		expect(self.page.locator(".shelf .card").first).to_be_visible()
		self._shoot("landing")

	def browse(self) -> None:
		"""From the menu to a category, and to its second page where it has one."""
		self.page.locator("#menu").get_by_role("link", name="Dental", exact=True).click()
		expect(self._heading()).to_have_text("Dental")
		expect(self.page.locator(".results .card").first).to_be_visible()
		self._shoot("category")
		following = self.page.locator(".pages [rel=next]")
		if following.count():
			following.click()
			expect(self.page.locator(".head .lead")).to_contain_text("page 2")

	def filter(self) -> None:
		"""A brand, then what is in stock: fewer products each time, or as many."""
		self._open("/#/category/products")
		all_of_them = self._count()
		name = self.page.locator("fieldset", has_text="Brand").locator("label").first
		wanted = int(name.locator("small").inner_text())
		name.locator("input").check()
		expect(self.page.locator(".head .lead")).to_contain_text(re.compile(rf"^{wanted} product"))
		assert wanted < all_of_them
		self.page.get_by_label("In stock only").check()
		self.page.wait_for_function("location.hash.includes('availability')")
		expect(self.page.locator("main:not([aria-busy])")).to_be_visible()
		assert self._count() <= wanted
		self._shoot("filtered")

	def order_by_price(self) -> None:
		"""The cheapest first; what has its price on request is last."""
		self._open("/#/category/products/dental?sort=price_asc")
		prices = [
			float(text.split("\u00a0")[-1].replace(",", ""))
			for text in self.page.locator(".results .price b").all_inner_texts()
		]
		assert len(prices) > 1 and prices == sorted(prices), prices

	def look_at_variants(self) -> None:
		"""A product names its variants, and a variant its siblings."""
		self._open("/#/search?q=Nano-Hybrid")
		self.page.locator(".card a", has_text="Shade A1").first.click()
		expect(self.page.locator(".shelf:has(h2:text-is('Variants')) .card")).to_have_count(2)
		self._shoot("variants")
		self._open("/#/search?q=Nano-Hybrid")
		self.page.locator(".card a", has_text="Shade A2").first.click()
		expect(self.page.locator(".shelf:has(h2:text-is('Variants')) .card")).to_have_count(2)

	def choose_options(self) -> None:
		"""A size and a colour; a combination that isn't made is greyed."""
		self._open("/#/search?q=Tunic")
		self.page.locator(".card a", has_text="Scrub Tunic").first.click()
		expect(self.page.locator(".options legend")).to_have_text(["Size", "Colour"])
		expect(self.page.locator(".option.off", has_text="White")).to_be_visible()
		self.page.locator(".option", has_text="Teal").click()
		self.page.locator(".option").get_by_text("M", exact=True).click()
		expect(self.page.locator(".stock.yes")).to_be_visible()
		self._shoot("options")
		self.page.locator(".option", has_text="XL").click()
		expect(self.page.locator(".cost")).to_contain_text("9.250")
		expect(self.page.get_by_label("White")).to_be_checked()
		self.optional = self.page.url.split("#")[1]

	def search(self) -> None:
		"""As somebody types, with the keys: titles come first."""
		self.page.get_by_role("combobox", name="Search for a product").press_sequentially("glove", delay=60)
		expect(self.page.locator("#found [role=option]").first).to_contain_text("Glove")
		self._shoot("search")
		self.page.keyboard.press("ArrowDown")
		self.page.keyboard.press("Enter")
		expect(self.page.locator(".product .buy")).to_be_visible()
		self.product = self.page.url.split("#")[1]
		expect(self.page.locator(".crumbs li")).to_have_count(4)
		self.page.locator(".crumbs").get_by_role("link", name="Gloves").click()
		expect(self._heading()).to_have_text("Gloves")

	def search_with_a_typing_error(self) -> None:
		"""What was meant is found, and can be filtered and sorted; a blank search isn't made."""
		self._open("/#/search?q=golves")
		expect(self.page.locator(".corrected")).to_contain_text("results for gloves")
		expect(self.page.locator(".results .card h3").first).to_contain_text("Gloves")
		found = self._count()
		self.page.locator("fieldset", has_text="Group").get_by_label("Gloves").check()
		self.page.wait_for_function("location.hash.includes('collection_title')")
		self._wait()
		assert 0 < self._count() < found
		focused = self.page.evaluate("document.activeElement.outerHTML.slice(0, 100)")
		assert 'value="Gloves"' in focused, f"the filter has lost the focus to {focused}"
		self._shoot("search-page")
		self._open("/#/search?q=%20")
		expect(self._heading()).to_have_text("What are you looking for?")

	def get_lost(self) -> None:
		"""A wrong address is a page with a way back, whichever part of it is wrong."""
		for path in ("/#/nonsense", "/#/category/products/nope", "/#/product/prod_UNKNOWN"):
			self._open(path)
			expect(self.page.locator("main a", has_text="Home")).to_be_visible()
			assert "prod_UNKNOWN" not in self.page.locator("main").inner_text()
		self.page.goto("/does-not-exist")
		self.page.get_by_role("link", name="Home").click()
		expect(self.page.locator(".hero img").first).to_be_visible()

	def look_small(self) -> None:
		"""The pages on a telephone: nothing is wider than the screen."""
		self.page.set_viewport_size(SMALL)
		for name, path in (
			("landing", "/#/"),
			("category", "/#/category/products"),
			("product", f"/#{self.product}"),
			("options", f"/#{self.optional}"),
			("sale-cards", "/#/category/products/infection-control/masks-face-protection"),
		):
			self._open(path)
			self.page.wait_for_load_state("networkidle")
			wide = self.page.evaluate("document.documentElement.scrollWidth")
			assert wide <= SMALL["width"], f"{name} is {wide} wide"
			self._shoot(f"{name}-small")

	def tab_to_the_content(self) -> None:
		"""With the Tab key alone: the groups of the menu open by their buttons only."""
		self.page.set_viewport_size(LARGE)
		self._open("/#/category/products")
		for _stop in range(MOST_STOPS):
			self.page.keyboard.press("Tab")
		assert self.page.evaluate("document.getElementById('main').contains(document.activeElement)")
		below = self.page.locator("#menu").get_by_role("link", name="Endodontics")
		opens = self.page.get_by_role("button", name="Groups in Dental")
		opens.press("Enter")
		expect(below).to_be_visible()
		opens.press("Escape")
		expect(below).to_be_hidden()

	def use_the_menu(self) -> None:
		"""On a telephone it opens group by group."""
		self._open("/#/")
		self.page.get_by_role("button", name="Menu").click()
		below = self.page.locator("#menu").get_by_role("link", name="Endodontics")
		expect(below).to_be_hidden()
		self.page.get_by_role("button", name="Groups in Dental").click()
		self._shoot("menu-small")
		below.click()
		expect(self._heading()).to_have_text("Endodontics")
		expect(self.page.locator(".crumbs li")).to_have_text(["Home", "Dental", "Endodontics"])
		expect(self.page.locator("#menu")).to_be_hidden()

	def check_pages(self) -> None:
		"""Each page, large and small, by axe's rules and for the size of its targets."""
		for size in (LARGE, SMALL):
			self.page.set_viewport_size(size)
			for path in (*PAGES, self.product):
				self._open(f"/#{path}")
				self.page.wait_for_load_state("networkidle")
				found = browse_checks.problems(self.page)
				assert not found, f"{path} at {size['width']} px:\n" + "\n".join(found)
