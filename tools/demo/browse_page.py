"""A visitor's browser at the shop window: what all steps of a visit do."""

from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from tools.demo import rows

PATIENCE = 60_000  # milliseconds for a page to be drawn
LARGE, SMALL = {"width": 1200, "height": 900}, {"width": 390, "height": 844}


class Window:
	"""The shop window in a browser.

	:param folder: of the screenshots; None: none are taken
	"""

	product = ""  # the address of the product that the visitor has found

	def __init__(self, page: Page, folder: Path | None) -> None:
		self.page, self.folder = page, folder
		self._rows = {row["item_code"]: row for row in rows.read()}
		if folder:
			folder.mkdir(parents=True, exist_ok=True)

	def _open(self, path: str) -> None:
		self.page.goto(path)
		self._wait()

	def _wait(self) -> None:
		expect(self.page.locator("main:not([aria-busy]) > :not(.loading)")).to_be_visible()

	def _card(self, title: str, path: str = "") -> Locator:
		"""The product's card on a page; else on that of a search for it."""
		self._open(path or f"/#/search?{urlencode({'q': title})}")
		card = self.page.locator(".card", has=self.page.get_by_role("heading", name=title, exact=True)).first
		expect(card).to_be_visible()
		return card

	def _heading(self):
		return self.page.locator("main h1").first

	def _count(self) -> int:
		return int(self.page.locator(".head .lead").inner_text().split()[0])

	def _sum(self, name: str) -> Decimal:
		"""An amount under the goods."""
		text = (
			self.page.locator(".sums div", has=self.page.locator(f"dt:text-is('{name}')"))
			.locator("dd")
			.inner_text()
		)
		return Decimal(text.split("\u00a0")[-1].replace(",", ""))

	def _put(self, button: str, said: str) -> None:
		"""Press a button of the product."""
		self._open(f"/#{self.product}")
		self.page.get_by_label("Quantity").fill("2")
		self.page.get_by_role("button", name=button).click()
		expect(self.page.locator("#said", has_text=said)).to_be_visible()

	def _shoot(self, name: str) -> None:
		if self.folder:
			self.page.wait_for_load_state("networkidle")
			self.page.screenshot(path=self.folder / f"{name}.png", animations="disabled", caret="hide")
