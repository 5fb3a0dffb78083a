"""Products that can't be sent yet: their Item Group has no collection.

Source: docs/reference.md, "Collections".
"""

import frappe
from frappe import _

from medusa_integration import settings
from medusa_integration.delivery.kind import Intent, Result, Row, Run
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.products.collections_to_medusa import COLLECTION
from medusa_integration.products.product_payloads import DOCTYPE


class Collections:
	"""The collections of a batch's Item Groups, and the results of products whose group has none yet."""

	def __init__(self, run: Run, names: set[str | None]) -> None:
		self.run = run
		filters = {"name": ("in", [name for name in names if name] or [""])}
		rows = frappe.get_all("Item Group", filters, ["name", "medusa_id"], as_list=True, order_by="name")
		self.used = settings.current().groups_are_collections
		self.ids: dict[str, str | None] = {name: id if self.used else None for name, id in rows}
		made = {"medusa_id": ("is", "set")}
		self.made = set(frappe.get_all("Item Group", made, pluck="medusa_id", order_by=None))

	def problem(self, row: Row, item: frappe._dict) -> Result | None:
		"""The result of a product that can't be sent yet; None where it can. Its missing collection is queued, and is sent
		first."""
		group = item.item_group
		if self.ids.get(group) or not self.used:
			return None
		if frappe.db.get_value(DOCTYPE, item.name, "item_group") != group:
			return Result.retry(row, _("Its Item Group changed meanwhile."), counts=False)  # It was renamed.
		if group not in self.ids:
			words = _(
				"The Item Group {0} doesn't exist. Choose another one in the Item and its Website Item, and save."
			)
			return Result.parked(row, words.format(group or "–"))
		intent = Intent(COLLECTION, group)
		if not self.run.has_waited_for(intent):
			return Result.waiting(row, _("Its Item Group {0} is sent first.").format(group), then=[intent])
		status, error = self.run.standing(intent)
		if status == "Parked":
			return Result.parked(row, _("Its Item Group {0} isn't accepted: {1}").format(group, error))
		why = _("Its Item Group {0} isn't sent yet: {1}") if error else _("Its Item Group {0} is being sent.")
		return Result.retry(row, why.format(group, error), counts=False)


def gone_collections(medusa: Dialect, payloads: list[dict]) -> set[str]:
	"""The ids of collections that these products name and Medusa doesn't have."""
	ids = {payload["collection_id"] for payload in payloads} - {None}
	return ids - medusa.collections_there(ids) if ids else set()
