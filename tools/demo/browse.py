"""python -m tools.demo.browse [FOLDER]: a visitor in the shop window, in headless Chromium: browses, filters, searches, looks at sizes,
a sale, a bundle and prices abroad, signs up, reviews, wishes, orders, asks for a quotation, approves it, and gets the prices of a
group of customers; then the pages by axe's rules, on a telephone too. Screenshots go to FOLDER, where one is named.

Wants Chromium, and what `make pictures` installs. Exit status 0 only where each step showed what it should.
"""

import re
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tools.demo import offers, rows, serve, stage
from tools.demo.browse_looking import Looking
from tools.demo.browse_page import LARGE, PATIENCE

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Root has no sandbox, and a container little shared memory.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
A_MAIL_A_MINUTE = 80  # seconds until an address gets another code
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


class Visitor(Looking):
	"""Somebody who does it all."""

	def __init__(self, page: Page, folder: Path | None) -> None:
		super().__init__(page, folder)
		self.email = f"aisha-{secrets.token_hex(3)}@clinic.example"

	def go(self) -> None:
		"""Every step, in order.

		:raises AssertionError: a page doesn't show what it should
		"""
		expect.set_options(timeout=PATIENCE)
		steps: tuple[Callable[[], None], ...] = (
			*(self.land, self.browse, self.filter, self.order_by_price, self.look_at_variants),
			*(self.choose_options, self.look_at_sale, self.look_at_bundle, self.go_abroad),
			*(self.search, self.search_with_a_typing_error, self.fill_the_cart),
			*(self.sign_up, self.log_in, self.review, self.find_helpful, self.wish, self.order),
			*(
				self.ask,
				self.approve,
				self.join_group,
				self.get_lost,
				self.tab_to_the_content,
				self.look_small,
			),
			*(self.use_the_menu, self.check_pages),
		)
		for step in steps:
			step()
			stage.console.print(PASSED, step.__name__.replace("_", " "))

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
		"""With another code, which is mailed at once: the one of the sign-up is used."""
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
		before = int(button.inner_text().split()[-1])
		for more, pressed in ((1, "true"), (0, "false"), (1, "true")):
			button.click()
			expect(button).to_have_text(f"Helpful {before + more}")
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

	def join_group(self) -> None:
		"""A clerk puts the visitor's Customer into a Customer Group; its prices are on the product and on the cards."""
		((code, price),) = offers.CLINIC_PRICES.items()
		title = self._rows[code]["web_item_name"]
		self._card(title).locator("a").first.click()
		expect(self.page.locator(".cost b")).to_contain_text(self._rows[code]["price"])
		offers.put_into_group(self.email)
		until = time.monotonic() + A_MAIL_A_MINUTE
		while price not in self.page.locator(".cost b").inner_text():
			assert time.monotonic() < until, "the group's price isn't there"
			self.page.wait_for_timeout(2000)
			self.page.reload()
			self._wait()
		self._shoot("group")
		card = self._card(title, "/#/category/products/infection-control/gloves")
		expect(card.locator(".price b")).to_contain_text(price)
		self._shoot("group-cards")

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


if __name__ == "__main__":
	main()
