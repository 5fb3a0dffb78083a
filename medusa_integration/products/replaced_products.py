"""Products that another one replaces after a change of *Variants become*: a variant's own product, once the template's product
sells the variant; and the variants of a template's product, once they have products of their own. The new one stands before
the old one goes.

Source: docs/reference.md, "Templates".
"""

import frappe
from frappe import _

from medusa_integration import sold_variants
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Intent, Kind, Result, Row, Run, Write
from medusa_integration.medusa.matching import OwnVariant
from medusa_integration.products.product_payloads import DOCTYPE
from medusa_integration.products.variant_payloads import SENT

SOON = 30  # seconds until the next look, while prices and stock of the new product are being sent
OF_PRODUCT = (
	"medusa_hash", "medusa_handle", "medusa_prices", "medusa_stock", "medusa_sales_channel", "medusa_filled", SENT,
)  # fmt: skip


class Replaced:
	"""The Website Items among a batch whose Item a template's product sells."""

	def __init__(self, run: Run, kind: Kind, prices: Kind, items: list[frappe._dict]) -> None:
		self.run, self.kind, self.prices = run, kind, prices
		templates = sold_variants.products_of(item.item_code for item in items if item.variant_of)
		self.template_of = {
			item.name: templates[item.item_code]
			for item in items
			if templates.get(item.item_code, item.name) != item.name
		}
		pages = [*self.template_of.values()]
		fields = ["name", "medusa_id", SENT]
		self.pages = {
			page.name: page
			for page in frappe.get_all(DOCTYPE, {"name": ("in", [*pages, ""])}, fields, order_by=None)
		}

	def result(self, row: Row, item: frappe._dict) -> tuple[Result, OwnVariant | None]:
		"""The result of a variant's own Website Item, and the variant of its former product where that is to be deleted now."""
		if not item.medusa_id:
			return Result.done(row), None
		page = self.pages[self.template_of[item.name]]
		intent = Intent(self.kind, page.name)
		current = item.kept_in_item["medusa_variant_id"]
		if not (page.medusa_id and page[SENT] and current != item.medusa_variant_id):
			return self._waiting(row, intent), None
		if self._is_pending(page.name):
			return Result.retry(
				row, _("The prices of its template's product are sent first."), after=SOON, counts=False
			), None
		nothing = {"medusa_id": None, "medusa_variant_id": current or None, **dict.fromkeys(OF_PRODUCT, "")}
		result = Result.done(row, [Write(DOCTYPE, item.name, nothing)])
		return result, OwnVariant(item.medusa_variant_id or "", item.item_code)

	def _waiting(self, row: Row, intent: Intent) -> Result:
		why = _("The product of its template, Website Item {0}, is sent first.").format(intent.name)
		if not self.run.has_waited_for(intent):
			return Result.waiting(row, why, then=[intent])
		status, error = self.run.standing(intent)
		if status == "Parked":
			words = _("The product of its template, Website Item {0}, isn't accepted: {1}")
			return Result.parked(row, words.format(intent.name, error))
		return Result.retry(row, why, counts=False)

	def _is_pending(self, template: str) -> bool:
		return outbox.standing(self.prices, template)[0] == "Pending"


def missing_products(run: Run, kind: Kind, row: Row, item: frappe._dict) -> Result | None:
	"""The result of a template whose variants get products of their own: it waits until these stand. None where it can be
	sent.

	:param item: its Website Item, as variant_payloads has changed it
	"""
	if item.is_template or not item[SENT]:
		return None
	pages = [each.own_page for each in item.left_variants or () if each.own_page]
	names = sorted(page.name for page in pages if page.published and not page.medusa_id)
	intents = [Intent(kind, name) for name in names]
	if not intents:
		return None
	why = _("Its variants get products of their own first.")
	if new := [intent for intent in intents if not run.has_waited_for(intent)]:
		return Result.waiting(row, why, then=new)
	for intent in intents:
		status, error = run.standing(intent)
		if status == "Parked":
			words = _("The product of its variant, Website Item {0}, isn't accepted: {1}")
			return Result.parked(row, words.format(intent.name, error))
	pending = any(run.standing(intent)[0] for intent in intents)
	return Result.retry(row, why, counts=False) if pending else None
