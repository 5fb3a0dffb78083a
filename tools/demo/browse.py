"""python -m tools.demo.browse [FOLDER]: a visitor in the shop window, in headless Chromium: browses, filters, searches, signs up,
reviews, wishes, orders, asks for a quotation and approves it; then the pages by axe's rules, on a telephone too. Screenshots go to
FOLDER, where one is named.

Wants Chromium, and what `make pictures` installs. Exit status 0 only where each step showed what it should.
"""

import re
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tools.demo import browse_checks, rows, serve, stage

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Root has no sandbox, and a container little shared memory.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
PATIENCE = 60_000  # milliseconds for a page to be drawn
A_MAIL_A_MINUTE = 80  # seconds until an address gets another code
LARGE, SMALL = {"width": 1200, "height": 900}, {"width": 390, "height": 844}
PAGES = (
	"/", "/category/products/dental", "/search?q=golves", "/search?q=", "/clearance", "/wishlist", "/quotations",
	"/orders", "/cart", "/login", "/sign-up", "/suggest", "/nonsense",
)  # fmt: skip
PASSED = "✓"


def main() -> None:
	"""Start everything, and send the visitor through it."""
	with ExitStack() as stack:
		_medusa, _url, front, _children = serve.start(stack, rows.read())
		page = stack.enter_context(opened(front))
		Visitor(page, Path(sys.argv[1]) if sys.argv[1:] else None).go()


def browser() -> str | None:
	"""The path of the system's Chromium."""
	return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def opened(front: str) -> Iterator[Page]:
	"""A page of the shop window; whatever fails in its scripts fails the visit."""
	path = browser()
	if not path:
		sys.exit("The shop window is visited in Chromium, which isn't installed: apt install chromium")
	with sync_playwright() as playwright:
		chromium = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
		context = chromium.new_context(base_url=front, viewport=LARGE, locale="en")
		context.set_default_timeout(PATIENCE)
		page = context.new_page()
		problems: list[str] = []
		page.on("pageerror", lambda error: problems.append(str(error)))
		try:
			yield page
		finally:
			chromium.close()
		if problems:
			raise AssertionError("\n".join(problems))


class Visitor:
	"""Somebody who does it all.

	:param folder: of the screenshots; None: none are taken
	"""

	def __init__(self, page: Page, folder: Path | None) -> None:
		self.page, self.folder = page, folder
		self.email = f"aisha-{secrets.token_hex(3)}@clinic.example"
		if folder:
			folder.mkdir(parents=True, exist_ok=True)

	def go(self) -> None:
		"""Every step, in order.

		:raises AssertionError: a page doesn't show what it should
		"""
		expect.set_options(timeout=PATIENCE)
		steps: tuple[Callable[[], None], ...] = (
			*(self.land, self.browse, self.filter, self.order_by_price, self.look_at_variants),
			*(self.choose_options, self.search, self.search_with_a_typing_error, self.fill_the_cart),
			*(self.sign_up, self.log_in, self.review, self.find_helpful, self.wish, self.order),
			*(self.ask, self.approve, self.get_lost, self.look_small, self.use_the_menu, self.check_pages),
		)
		for step in steps:
			step()
			stage.console.print(PASSED, step.__name__.replace("_", " "))

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
		"""A product names its variants."""
		self._open("/#/search?q=Nano-Hybrid")
		self.page.locator(".card a", has_text="Shade A1").first.click()
		expect(self.page.locator(".shelf:has(h2:text-is('Variants')) .card")).to_have_count(2)
		self._shoot("variants")

	def choose_options(self) -> None:
		"""A size and a colour; a combination that isn't made is greyed."""
		self._open("/#/search?q=Tunic")
		self.page.locator(".card a", has_text="Scrub Tunic").first.click()
		expect(self.page.locator(".option.off", has_text="White")).to_be_visible()
		self.page.locator(".option", has_text="Teal").click()
		self.page.locator(".option").get_by_text("M", exact=True).click()
		expect(self.page.locator(".stock.yes")).to_be_visible()
		self._shoot("options")
		self.page.locator(".option", has_text="XL").click()
		expect(self.page.locator(".cost")).to_contain_text("9.250")
		expect(self.page.get_by_label("White")).to_be_checked()

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
		focused = self.page.evaluate("document.activeElement.value")
		assert focused == "Gloves", f"the filter has lost the focus to {focused}"
		self._shoot("search-page")
		self._open("/#/search?q=%20")
		expect(self._heading()).to_have_text("What are you looking for?")

	def fill_the_cart(self) -> None:
		"""As a stranger; less than one can't be bought."""
		self._open(f"/#{self.product}")
		self.page.get_by_label("Quantity").fill("-2")
		self.page.get_by_role("button", name="Add to cart").click()
		expect(self.page.locator("#mine .count")).to_have_count(0)
		self._put("Add to cart", "It is in your cart.")
		expect(self.page.locator("#mine .count")).to_contain_text("2")

	def sign_up(self) -> None:
		"""With the code that the mail brings, which the page shows: logged in, with the cart of before."""
		self._open("/#/sign-up")
		self._ask_for_code(self.email)
		for label, value in (
			("First name", "Aisha"),
			("Last name", "Al Harthy"),
			("Organization", "Harbour Clinic"),
			("Phone", "+968 9123 4567"),
		):
			self.page.get_by_label(label).fill(value)
		self.page.get_by_label("I accept").check()
		self._fill_code()
		self._shoot("sign-up")
		self.page.get_by_role("button", name="Sign up").click()
		expect(self.page.get_by_role("button", name="Log out Aisha")).to_be_visible()
		expect(self.page.locator("#mine .count")).to_contain_text("2")

	def log_in(self) -> None:
		"""With another code, at once: the first one was used. The cart stays with the account's browser until log-out."""
		self.page.get_by_role("button", name="Log out Aisha").click()
		self._open("/#/login")
		began = time.monotonic()
		self._ask_for_code(self.email)
		assert time.monotonic() - began < 20, "the first log-in after the sign-up had to wait"
		self._fill_code()
		self.page.locator("main").get_by_role("button", name="Log in").click()
		expect(self.page.get_by_role("button", name="Log out Aisha")).to_be_visible()

	def review(self) -> None:
		"""A review is shown as text, whatever is in it."""
		self._open(f"/#{self.product}")
		form = self.page.locator("#reviews details")
		if not form.get_by_label("Your review").is_visible():
			form.locator("summary").click()
		form.locator("input[value='4']").check()
		form.get_by_label("Your review").fill("Fits well, <b>no powder</b>.")
		form.get_by_role("button", name="Send").click()
		expect(self.page.locator(".reviews")).to_contain_text("Fits well, <b>no powder</b>.")
		self._shoot("product")

	def find_helpful(self) -> None:
		"""A review counts once a customer: the second press takes it back."""
		button = self.page.locator(".reviews").get_by_role("button", name=re.compile("^Helpful")).first
		for words, pressed in (("Helpful 1", "true"), ("Helpful 0", "false"), ("Helpful 1", "true")):
			button.click()
			expect(button).to_have_text(words)
			expect(button).to_have_attribute("aria-pressed", pressed)

	def wish(self) -> None:
		"""The heart puts the product on the wishlist, and the wishlist has it."""
		heart = self.page.locator(".facts .heart")
		heart.click()
		expect(heart).to_have_attribute("aria-pressed", "true")
		title = self._heading().inner_text()
		self.page.locator("#mine").get_by_role("link", name="Wishlist").click()
		expect(self.page.locator(".card h3", has_text=title)).to_be_visible()
		self._shoot("wishlist")

	def order(self) -> None:
		"""From the cart to the order, until ERPNext has its Sales Order."""
		self._put("Add to cart", "It is in your cart.")
		self.page.locator("#mine").get_by_role("link", name="Cart").click()
		expect(self._heading()).to_have_text("Cart")
		self._shoot("cart")
		self.page.get_by_role("link", name="To the checkout").click()
		expect(self.page.locator(".narrow .lines li")).to_have_count(1)
		self.page.get_by_label("Street and number").fill("12 Harbour Street")
		self.page.get_by_label("City").fill("Muscat")
		self.page.get_by_label("Phone").fill("+968 9123 4567")
		total = self._sum("Goods") + self._sum("Delivery")
		assert self._sum("Total") == total and self._sum("Delivery") > 0
		self._shoot("checkout")
		self.page.get_by_role("button", name=f"Order for OMR\u00a0{total}").click()
		expect(self.page.get_by_text("Your order is placed")).to_be_visible()
		assert self._sum("Total") == total, "another total was charged than shown"
		expect(self.page.get_by_text("Being prepared")).to_be_visible(timeout=2 * PATIENCE)
		self._shoot("order")

	def ask(self) -> None:
		"""For a quotation, which a clerk prices."""
		self._put("Add to quotation", "It is on the list")
		self.page.locator("#mine").get_by_role("link", name="Quotations").click()
		self.page.get_by_label("Street and number").fill("12 Harbour Street")
		self.page.get_by_label("City").fill("Muscat")
		self._shoot("quotation-list")
		self.page.get_by_role("button", name="Ask for a quotation").click()
		self.page.get_by_role("button", name="Price it, as the clerk would").click()
		expect(self.page.get_by_text("Prices are in")).to_be_visible(timeout=2 * PATIENCE)
		self._shoot("quotation")

	def approve(self) -> None:
		"""Which makes an order on both sides."""
		self.page.get_by_role("button", name="Approve and order").click()
		expect(self.page.get_by_text("Your order is placed")).to_be_visible()
		expect(self.page.get_by_text(re.compile("Being prepared|Waiting for"))).to_be_visible(
			timeout=2 * PATIENCE
		)
		self._shoot("quotation-order")
		self.page.locator("#mine").get_by_role("link", name="Orders").click()
		expect(self.page.locator(".lines li")).to_have_count(2)

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
		):
			self._open(path)
			self.page.wait_for_load_state("networkidle")
			wide = self.page.evaluate("document.documentElement.scrollWidth")
			assert wide <= SMALL["width"], f"{name} is {wide} wide"
			self._shoot(f"{name}-small")

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

	def _open(self, path: str) -> None:
		self.page.goto(path)
		self._wait()

	def _wait(self) -> None:
		expect(self.page.locator("main:not([aria-busy]) > :not(.loading)")).to_be_visible()

	def _sum(self, name: str) -> Decimal:
		"""An amount under the goods."""
		text = (
			self.page.locator(".sums div", has=self.page.locator(f"dt:text-is('{name}')"))
			.locator("dd")
			.inner_text()
		)
		return Decimal(text.split("\u00a0")[-1].replace(",", ""))

	def _heading(self):
		return self.page.locator("main h1").first

	def _count(self) -> int:
		return int(self.page.locator(".head .lead").inner_text().split()[0])

	def _put(self, button: str, said: str) -> None:
		"""Press a button of the product."""
		self._open(f"/#{self.product}")
		self.page.get_by_label("Quantity").fill("2")
		self.page.get_by_role("button", name=button).click()
		expect(self.page.locator("#said", has_text=said)).to_be_visible()

	def _ask_for_code(self, email: str) -> None:
		until = time.monotonic() + A_MAIL_A_MINUTE
		self.page.get_by_label("E-mail").fill(email)
		while not self.page.get_by_label("Code").is_visible():
			assert time.monotonic() < until, self.page.locator(".problem").inner_text()
			button = self.page.get_by_role("button", name="Mail me a code")
			if button.is_enabled():
				button.click()
			self.page.wait_for_timeout(3000)

	def _fill_code(self) -> None:
		mail = self.page.locator(".demo pre")
		expect(mail).to_contain_text(re.compile(r"\b[0-9]{6}\b"))
		self.page.get_by_label("Code").fill(re.search(r"\b[0-9]{6}\b", mail.inner_text())[0])

	def _shoot(self, name: str) -> None:
		if self.folder:
			self.page.wait_for_load_state("networkidle")
			self.page.screenshot(path=self.folder / f"{name}.png", animations="disabled", caret="hide")


if __name__ == "__main__":
	main()
