"""Linking: products that were in Medusa before the app are found by their sku and linked to Website Items.

Linking writes the ids on both sides and nothing else. The rest of the product is overwritten when its Website Item is
sent, after a save or an export of the catalogue; its prices follow.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import frappe
from frappe import _

from medusa_integration import generation, request_log, session
from medusa_integration.isolation import latest_rows
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaRejected, MedusaSkuTaken
from medusa_integration.operations.user_jobs import Progress, ReportedJob
from medusa_integration.plain_text import clean
from medusa_integration.products import item_status, selection
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.sync import id_clashes

DOCTYPE = "Website Item"
BATCH = 100
EXAMPLES = 20  # of each sort, in a report


@dataclass
class Match:
	"""A Website Item and the product that matches it."""

	item: frappe._dict
	product: dict

	@property
	def variant_id(self) -> str:
		return next(v["id"] for v in self.product["variants"] if v["sku"] == sku_of(self.item))

	@property
	def replaces_id(self) -> bool:
		"""Whether the product has another external id, of another tool for instance."""
		return (self.product["external_id"] or self.item.name) != self.item.name


@dataclass
class Matches:
	"""Website Items with a clear match by sku, with an unclear match and the reason, and without a match."""

	matches: list[Match] = field(default_factory=list)
	conflicts: list[tuple[frappe._dict, str]] = field(default_factory=list)
	unmatched: list[frappe._dict] = field(default_factory=list)


# --- preview and linking


def preview(progress: Progress = lambda done, total: None) -> dict:
	"""Report what `link` would do. Writes nothing to ERPNext or Medusa.

	:returns: the numbers `linked` (already), `matches`, `replaced_ids` (those of the matches that carry another external
		id), `other_variants` (those that have other variants beside ours, which stay as they are), `conflicts`,
		`items_left` (Website Items without a product) and `products_left` (products without a Website Item); and
		`examples` of the last five, `{kind: [{"website_item", "item_code", "product", "reason"}]}`
	:raises MedusaError: where Medusa doesn't answer
	:raises MedusaNotConfigured: where the address or the login is missing
	"""
	medusa = session.open_shop()
	items = unlinked_items()
	products, products_left = _read_shop(medusa, {sku_of(item) for item in items}, progress)
	found = compare(items, products)
	return {
		"linked": frappe.db.count(DOCTYPE, {"medusa_id": ("is", "set")}),
		"matches": len(found.matches),
		"replaced_ids": sum(match.replaces_id for match in found.matches),
		"other_variants": sum(len(match.product["variants"]) > 1 for match in found.matches),
		"conflicts": len(found.conflicts),
		"items_left": len(found.unmatched),
		"products_left": len(products_left),
		"examples": {
			"matches": [_example(match.item, match.product) for match in found.matches[:EXAMPLES]],
			"conflicts": [_example(item, reason=reason) for item, reason in found.conflicts[:EXAMPLES]],
			"items_left": [_example(item) for item in found.unmatched[:EXAMPLES]],
			"products_left": [_example(product=product) for product in products_left[:EXAMPLES]],
		},
	}


def link(progress: Progress = lambda done, total: None) -> dict:
	"""Link every Website Item that belongs in the shop to the product that has its item code as sku. Rows
	that were parked because of that product are due then.

	Commits batch by batch. It may be interrupted and repeated: linked items are left out then.

	:returns: the numbers `linked`, `conflicts` and `items_left`, and `examples` of conflicts, as in `preview`
	:raises MedusaError, MedusaNotConfigured: as `preview`
	"""
	medusa = session.open_shop()
	items = unlinked_items()
	linked, items_left, conflicts = 0, 0, []
	for part in frappe.utils.create_batch(items, BATCH):
		names = [(DOCTYPE, item.name) for item in part]
		with request_log.about(names):
			found = compare(part, medusa.products_by_sku([sku_of(item) for item in part]))
			refused = _adopt(medusa, found.matches)
		refused |= _write_ids([match for match in found.matches if match.product["id"] not in refused])
		adopted = [match for match in found.matches if match.product["id"] not in refused]
		linked += len(adopted)
		items_left += len(found.unmatched)
		conflicts += found.conflicts
		conflicts += [(m.item, refused[m.product["id"]]) for m in found.matches if m not in adopted]
		progress(linked + items_left + len(conflicts), len(items))
	return {
		"linked": linked,
		"conflicts": len(conflicts),
		"items_left": items_left,
		"examples": {
			"conflicts": [_example(item, reason=reason) for item, reason in conflicts[:EXAMPLES]],
		},
	}


def unlinked_items() -> list[frappe._dict]:
	"""The Website Items that belong in the shop and have no product yet."""
	items = frappe.get_all(
		DOCTYPE,
		filters={"published": 1, "medusa_id": ("is", "not set")},
		fields=["name", "item_code", "web_item_name", "item_group", "brand"],
		order_by="name",
	)
	refused = {item.name for item in selection.refused(items)}
	return [item for item in items if item.name not in refused]


def sku_of(item: frappe._dict) -> str:
	"""The sku that a Website Item's variant has in Medusa."""
	return clean(item.item_code)


# --- matching


def compare(items: Iterable[frappe._dict], products: dict[str, list[dict]]) -> Matches:
	"""Match Website Items to products, in a constant number of queries.

	:param products: `{sku: products with it}`, as `products_by_sku` has them
	"""
	every = {product["id"]: product for of_sku in products.values() for product in of_sku}.values()
	others = _Others(every)
	found = Matches()
	for item in items:
		candidates = products.get(sku_of(item)) or []
		if not candidates:
			found.unmatched.append(item)
		elif reason := _conflict(item, candidates, others):
			found.conflicts.append((item, reason))
		else:
			found.matches.append(Match(item, candidates[0]))
	return found


class _Others:
	"""The Website Items that given products are linked to, name as external id, or share a sku with."""

	def __init__(self, products: Iterable[dict]) -> None:
		products = list(products)
		linked = _website_items("medusa_id", {product["id"] for product in products})
		named = _website_items("name", {p["external_id"] for p in products if p["external_id"]})
		skus = {v["sku"] for product in products for v in product["variants"] if v["sku"]}
		self.linked_to = {row.medusa_id: row.name for row in linked}
		self.names = {row.name for row in named}
		self.of_sku = {sku_of(row): row.name for row in _website_items("item_code", skus)}


def _conflict(item: frappe._dict, candidates: list[dict], others: _Others) -> str:
	"""The reason why an item's match isn't clear; "" for a clear one."""
	product = candidates[0]
	if len(candidates) > 1:
		return _("{0} products have this item code as their sku.").format(len(candidates))
	linked = others.linked_to.get(product["id"])
	if linked:
		return _("{0} is linked to the Website Item {1} already.").format(product["title"], linked)
	external_id = product["external_id"]
	if external_id != item.name and external_id in others.names:
		return _("{0} carries the id of the Website Item {1}.").format(product["title"], external_id)
	skus = Counter(variant["sku"] for variant in product["variants"])
	if skus[sku_of(item)] > 1:
		return _("{0} has several variants with this item code as their sku.").format(product["title"])
	rivals = sorted({others.of_sku[sku] for sku in skus if sku in others.of_sku} - {item.name})
	if rivals:
		return _("{0} has variants of other Website Items too: {1}.").format(
			product["title"], ", ".join(rivals)
		)
	return ""


def _website_items(fieldname: str, values: set[str]) -> list[frappe._dict]:
	return frappe.get_all(
		DOCTYPE,
		filters={fieldname: ("in", list(values) or [""])},
		fields=["name", "item_code", "medusa_id"],
		order_by="name",
	)


def _read_shop(medusa: Dialect, skus: set[str], progress: Progress) -> tuple[dict, list[dict]]:
	"""Read all products of the shop in pages: `{sku: products}` of the given skus, and the products that
	have none of these skus and belong to no Website Item."""
	known = set(frappe.get_all(DOCTYPE, {"medusa_id": ("is", "set")}, pluck="medusa_id", order_by=None))
	products, left, done = {}, [], 0
	with request_log.about([]):
		for page in medusa.products_in_pages():
			frappe.db.commit()  # Writes the request log, whose calls would pile up in memory otherwise.
			for product in page:
				ours = {variant["sku"] for variant in product["variants"]} & skus
				for sku in ours:
					products.setdefault(sku, []).append(product)
				if not ours and product["id"] not in known:
					left.append(product)
			done += len(page)
			progress(done, 0)
	return products, left


def _example(item: frappe._dict | None = None, product: dict | None = None, reason: str = "") -> dict:
	return {
		"website_item": item.name if item else "",
		"item_code": item.item_code if item else "",
		"product": product["title"] if product else "",
		"reason": reason,
	}


# --- linking


def _adopt(medusa: Dialect, matches: list[Match]) -> dict[str, str]:
	"""Write the external ids to Medusa. Call it before `_write_ids`: after a crash in between, the product is
	found by its external id. A refused batch is halved until each offender is alone.

	:returns: `{product id: reason}` of the refused ones
	"""
	if not matches:
		return {}
	wanted = {m.product["id"]: m.item.name for m in matches if m.product["external_id"] != m.item.name}
	try:
		refused = medusa.adopt(wanted) if wanted else {}
		return {id: error.message for id, error in refused.items()}
	except MedusaRejected as error:
		if len(matches) == 1:
			return {matches[0].product["id"]: error.message}
	middle = len(matches) // 2
	return _adopt(medusa, matches[:middle]) | _adopt(medusa, matches[middle:])


def _write_ids(matches: list[Match]) -> dict[str, str]:
	"""Write Medusa's ids to Items and Website Items, without document events, so that no rows are queued.
	Each pair is a transaction of its own, which locks the Item first, as a save does: saves neither wait long
	nor deadlock.

	:returns: `{product id: reason}` of the refused ones
	"""
	refused = {}
	for match in matches:
		ids = {"medusa_id": match.product["id"], "medusa_variant_id": match.variant_id}
		try:
			_write_pair(match.item, ids)
		except Exception as error:
			if not id_clashes.is_clash(error):
				raise
			frappe.db.rollback()
			if reason := id_clashes.clash(DOCTYPE, match.item.name, ids):
				refused[match.product["id"]] = reason
				continue
			id_clashes.take("Item", [ids])
			_write_pair(match.item, ids)
		item_status.retry_parked_for(MedusaSkuTaken.reason, PRODUCT, [match.item.name])
		item_status.refresh([match.item.name])
		frappe.db.commit()  # Medusa has the external id: a later failure must not undo its counterpart.
	return refused


def _write_pair(item: frappe._dict, ids: dict[str, str]) -> None:
	with latest_rows():
		frappe.db.set_value("Item", item.item_code, ids, update_modified=False)
		frappe.db.set_value(DOCTYPE, item.name, ids, update_modified=False)
	generation.moved()


# --- in the background


JOB = ReportedJob(
	"medusa_linking", "medusa_integration.operations.linking.run", "Medusa: linking the existing products"
)


def start(dry_run: bool) -> dict:
	"""Start a preview or the linking in the background, unless one is running.

	:returns: as `state`
	"""
	return JOB.start(dry_run=dry_run)


def state() -> dict:
	"""Progress and outcome of the last preview or linking.

	:returns: `{"status": "Queued", "Running", "Done", "Failed" or "", "dry_run", "done", "total", "report", "error"}`
	"""
	return JOB.state()


def run(dry_run: bool) -> None:
	"""The job: `preview` or `link`; stores its progress and outcome for `state`."""
	JOB.run(preview if dry_run else link, dry_run=dry_run)
