"""The categories of products: those of a Website Item's Item Group and of its further groups.

Source: docs/reference.md, "Categories".
"""

from collections import defaultdict
from dataclasses import dataclass, field

import frappe
from frappe import _

from medusa_integration import settings
from medusa_integration.delivery.kind import Intent, Result, Row, Run
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.owners import WHERE_FILLED
from medusa_integration.products.categories_to_medusa import CATEGORY, DOCTYPE, ID

PAGE = "Website Item"
FURTHER = "Website Item Group"
TABLE = "website_item_groups"
FILLED = "categories"  # in `medusa_filled`: the ids, joined by commas


@dataclass
class CategoryGroups:
	"""The Item Groups whose categories a product is in.

	:param ids: `{Item Group: its category's id, None where it has none yet}`, without the root
	"""

	ids: dict[str, str | None] = field(default_factory=dict)

	def gone(self, payload: dict) -> list[str]:
		"""The Item Groups whose categories were deleted in Medusa, by the payload that was sent."""
		left = set(payload.get("gone_categories") or ())
		return [name for name, id in self.ids.items() if id in left]


def add_to(items: list[frappe._dict]) -> None:
	"""Set `category_groups` and `category_ids` of Website Items, in at most two queries.

	:param items: with `name` and `item_group`
	"""
	used = settings.current().groups_are_categories
	further = _further([item.name for item in items]) if used else {}
	groups = {item.name: dict.fromkeys([item.item_group, *further.get(item.name, ())]) for item in items}
	ids = _ids({name for names in groups.values() for name in names if name}) if used else {}
	for item in items:
		item.category_groups = CategoryGroups({name: ids[name] for name in groups[item.name] if name in ids})
		item.category_ids = [id for id in item.category_groups.ids.values() if id]


def keys(owner: str, sent: dict) -> dict:
	"""The keys of a payload: the categories' owner where it isn't the usual one, and the ids that the app gave the product before.

	:param sent: what was kept of the last sending
	"""
	former = [id for id in sent.get(FILLED, "").split(",") if id]
	return {"former_categories": former, **({} if owner == WHERE_FILLED else {"categories_owner": owner})}


def filled(item: frappe._dict) -> dict[str, str]:
	"""The values kept of a sending."""
	return {FILLED: ",".join(item.category_ids)} if item.category_ids else {}


def changed(doc, before) -> bool:
	"""Whether the save of a Website Item changes its further groups, where Item Groups are categories."""
	return settings.current().groups_are_categories and _named(doc) != _named(before)


class ProductCategories:
	"""The results of products whose categories aren't made yet."""

	def __init__(self, run: Run) -> None:
		self.run = run

	def problem(self, row: Row, item: frappe._dict) -> Result | None:
		"""The result of a product that can't be sent yet; None where it can. Missing categories are queued, and are sent
		first."""
		missing = [name for name, id in item.category_groups.ids.items() if not id]
		if not missing:
			return None
		intents = [Intent(CATEGORY, name) for name in missing]
		names = ", ".join(missing)
		if new := [intent for intent in intents if not self.run.has_waited_for(intent)]:
			return Result.waiting(row, _("Its Item Groups are sent first: {0}.").format(names), then=new)
		for intent in intents:
			status, error = self.run.standing(intent)
			if status == "Parked":
				words = _("Its Item Group {0} isn't accepted as a category: {1}")
				return Result.parked(row, words.format(intent.name, error))
		return Result.retry(row, _("Its Item Groups are being sent: {0}.").format(names), counts=False)


def drop_gone(medusa: Dialect, payloads: list[dict]) -> None:
	"""Take the categories that were deleted in Medusa out of payloads that are looked up, which it would refuse, and note
	them as `gone_categories`."""
	sent = [each for each in payloads if each.get("category_ids") and not each["needs_no_lookup"]]
	ids = {id for payload in sent for id in payload["category_ids"]}
	if not ids:
		return
	there = medusa.categories_there(ids)
	for payload in sent:
		payload["gone_categories"] = [id for id in payload["category_ids"] if id not in there]
		payload["category_ids"] = [id for id in payload["category_ids"] if id in there]


def _further(names: list[str]) -> dict[str, list[str]]:
	filters = {"parenttype": PAGE, "parentfield": TABLE, "parent": ("in", names or [""])}
	found: dict[str, list[str]] = defaultdict(list)
	for row in frappe.get_all(FURTHER, filters, ["parent", "item_group"], order_by="parent, idx"):
		found[row.parent].append(row.item_group)
	return found


def _ids(groups: set[str]) -> dict[str, str | None]:
	filters = {"name": ("in", [*groups, ""]), "parent_item_group": ("is", "set")}
	return dict(frappe.get_all(DOCTYPE, filters, ["name", ID], as_list=True, order_by="name"))


def _named(doc) -> list[str]:
	return [row.item_group for row in doc.get(TABLE) or ()] if doc else []
