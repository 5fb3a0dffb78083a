"""Linking: products that were in Medusa before the app are found by their sku and linked to Website Items.

Linking writes the ids on both sides and nothing else. The rest of the product is overwritten when its Website Item is
sent, after a save or an export of the catalogue; its prices follow.
"""

from collections import Counter

import frappe

from medusa_integration import generation, request_log, session, settings, sold_variants
from medusa_integration.isolation import latest_rows
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaRejected, MedusaSkuTaken
from medusa_integration.medusa.matching import folded
from medusa_integration.operations import linked_templates
from medusa_integration.operations.user_jobs import Progress, ReportedJob
from medusa_integration.prices import price_state
from medusa_integration.prices.prices_to_medusa import WAITS
from medusa_integration.products import (
	categories_to_medusa,
	collections_to_medusa,
	field_owners,
	item_status,
	product_payloads,
	selection,
)
from medusa_integration.products.deleted_products import leaving_products
from medusa_integration.products.existing_products import Match, Matches, ShopIndex, compare, sku_of
from medusa_integration.products.existing_templates import (
	TemplateMatch,
	TemplateMatches,
	compare_templates,
	shared_with_templates,
)
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.sync import id_clashes

DOCTYPE = "Website Item"
BATCH = 100
EXAMPLES = 20  # of each sort, in a report


# --- preview and linking


def preview(progress: Progress = lambda done, total: None) -> dict:
	"""Report what `link` would do. Writes nothing to ERPNext or Medusa.

	:returns: the numbers `linked` (already), `matches`, `variants` (of the templates among these, that are linked),
		`variants_left` (those that the product lacks), `replaced_ids` (those of the matches, and of the collections and categories that are
		taken over, that carry another external id), `other_variants` (those that have other variants beside ours, which stay as they are), `conflicts`,
		`items_left` (Website Items without a product) and `products_left` (products without a Website Item); and
		`examples` of the last five, `{kind: [{"website_item", "item_code", "product", "reason"}]}`
	:raises MedusaError: where Medusa doesn't answer
	:raises MedusaNotConfigured: where the address or the login is missing
	"""
	medusa = session.open_shop()
	shop = _Shop(medusa, progress)
	items = unlinked_items(shop.ids)
	found, templates = _compare(items, shop)
	matches: list[Match | TemplateMatch] = [*found.matches, *templates.matches]
	items_left = [*found.unmatched, *templates.unmatched]
	collections = [row for page in medusa.collections_in_pages() for row in page]
	groups = {item.item_group for item in items} - {None}
	met, unclear = ([], [])
	if settings.current().groups_are_collections:
		met, unclear = collections_to_medusa.preview(groups, collections)
	in_categories, unclear_categories = _categories(medusa, groups)
	unclear += unclear_categories
	left = shop.without_item({sku_of(item) for item in items} | templates.skus)
	unclear_items = [_example(item, reason=why) for item, why in [*found.conflicts, *templates.conflicts]]
	unclear_groups = [{**_example(reason=reason), "product": name} for name, reason in unclear]
	replaced = [{**_example(reason=id), "product": name} for name, id in (*met, *in_categories) if id]
	replaced += [_example(m.item, m.product, m.replaced_id) for m in matches if m.replaced_id]
	return {
		"linked": frappe.db.count(DOCTYPE, {"medusa_id": ("is", "set")}),
		"matches": len(matches),
		"variants": sum(len(match.variants) for match in templates.matches),
		"variants_left": sum(len(match.lacking) for match in templates.matches),
		"replaced_ids": len(replaced),
		"other_variants": sum(len(match.product["variants"]) > 1 for match in found.matches)
		+ sum(bool(match.others) for match in templates.matches),
		"collections": len(met),
		"categories": len(in_categories),
		"overwritten": _overwritten(matches, shop),
		"conflicts": len(unclear_items) + len(unclear_groups),
		"items_left": len(items_left),
		"products_left": len(left),
		"examples": {
			"matches": [_matched(match) for match in _mixed(templates.matches, found.matches)],
			"replaced_ids": replaced[:EXAMPLES],
			"conflicts": [*unclear_groups[:EXAMPLES], *unclear_items][:EXAMPLES],
			"items_left": [_example(item) for item in items_left[:EXAMPLES]],
			"products_left": [_example(product=product) for product in left[:EXAMPLES]],
		},
	}


def link(progress: Progress = lambda done, total: None) -> dict:
	"""Link every Website Item that belongs in the shop to the product that has its item code as sku. Rows
	that were parked because of that product are due then.

	Commits batch by batch. It may be interrupted and repeated: linked items are left out then.

	:returns: the numbers `linked`, `variants` (of the templates among these), `conflicts` and `items_left`, and `examples` of
		conflicts, as in `preview`
	:raises MedusaError, MedusaNotConfigured: as `preview`
	"""
	medusa = session.open_shop()
	shop = _Shop(medusa, progress)
	items = unlinked_items(shop.ids)
	linked, variants, items_left, conflicts = 0, 0, 0, []
	for part in frappe.utils.create_batch(items, BATCH):
		names = [(DOCTYPE, item.name) for item in part]
		with request_log.about(names):
			found, templates = _compare(part, shop)
			refused = _adopt(medusa, [*found.matches, *templates.matches])
		refused |= _write_ids([match for match in found.matches if match.product["id"] not in refused])
		of_templates = [match for match in templates.matches if match.product["id"] not in refused]
		refused |= linked_templates.write_ids(of_templates)
		# What kept these out of the shop is gone from it.
		unmatched = [*found.unmatched, *templates.unmatched]
		item_status.retry_parked_for(MedusaSkuTaken.reason, PRODUCT, [item.name for item in unmatched])
		frappe.db.commit()
		matches = [*found.matches, *templates.matches]
		adopted = [match for match in matches if match.product["id"] not in refused]
		linked += len(adopted)
		variants += sum(len(match.variants) for match in adopted if isinstance(match, TemplateMatch))
		items_left += len(unmatched)
		conflicts += [*found.conflicts, *templates.conflicts]
		conflicts += [(m.item, refused[m.product["id"]]) for m in matches if m.product["id"] in refused]
		progress(linked + items_left + len(conflicts), len(items))
	return {
		"linked": linked,
		"variants": variants,
		"conflicts": len(conflicts),
		"items_left": items_left,
		"examples": {
			"conflicts": [_example(item, reason=reason) for item, reason in conflicts[:EXAMPLES]],
		},
	}


def unlinked_items(there: set[str]) -> list[frappe._dict]:
	"""The Website Items that belong in the shop and have no product there. Those of variants that their template's product
	sells have none of their own.

	:param there: the ids of the shop's products. An item whose product was deleted in Medusa may have another one now
	"""
	items = frappe.get_all(
		DOCTYPE,
		filters={"published": 1},
		fields=["name", "item_code", "web_item_name", "item_group", "brand", "medusa_id", "medusa_prices"],
		order_by="name",
	)
	items = [item for item in items if not item.medusa_id or item.medusa_id not in there]
	sellers = sold_variants.products_of(item.item_code for item in items)
	items = [item for item in items if sellers.get(item.item_code) == item.name]
	refused = {item.name for item in selection.refused(items)}
	return [item for item in items if item.name not in refused]


def _compare(items: list[frappe._dict], shop: "_Shop") -> tuple[Matches, TemplateMatches]:
	"""The matches of Website Items: of those that sell their own Item, and of templates. In a constant number of queries."""
	is_template = sold_variants.variants_of(item.name for item in items)
	of_own_item = [item for item in items if item.name not in is_template]
	found = compare(of_own_item, shop.index)
	shared = shared_with_templates(found.matches) if settings.current().variants_are_options else {}
	found.conflicts += [(m.item, shared[m.product["id"]]) for m in found.matches if m.product["id"] in shared]
	found.matches = [match for match in found.matches if match.product["id"] not in shared]
	templates = [item for item in items if item.name in is_template]
	# The states of a leaving product's prices don't tell which variant each belongs to.
	leaving = set(leaving_products(PRODUCT)) if templates else set()
	return found, compare_templates(templates, shop.index, leaving)


class _Shop:
	"""The shop's products: `ids`, an index of those that aren't linked, and these by id."""

	def __init__(self, medusa: Dialect, progress: Progress) -> None:
		self.index = ShopIndex()
		self.ids: set[str] = set()
		self.products: dict[str, dict] = {}
		linked = set(frappe.get_all(DOCTYPE, {"medusa_id": ("is", "set")}, pluck="medusa_id", order_by=None))
		with request_log.about([]):
			for page in medusa.products_in_pages():
				frappe.db.commit()  # Writes the request log, whose calls would pile up in memory otherwise.
				self.ids |= {product["id"] for product in page}
				for product in page:
					self.index.add(product)
					if product["id"] not in linked:
						self.products[product["id"]] = product
				progress(len(self.ids), 0)

	def without_item(self, skus: set[str]) -> list[dict]:
		"""The products that aren't linked and have none of these skus."""
		wanted = {folded(sku) for sku in skus}
		return [
			product
			for product in self.products.values()
			if wanted.isdisjoint(folded(variant["sku"]) for variant in product["variants"])
		]


def _categories(medusa: Dialect, groups: set[str]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
	"""As `categories_to_medusa.preview`; empty where Item Groups aren't categories."""
	if not settings.current().groups_are_categories:
		return [], []
	return categories_to_medusa.preview(
		groups, [row for page in medusa.categories_in_pages() for row in page]
	)


def _mixed(templates: list[TemplateMatch], others: list[Match]) -> list[Match | TemplateMatch]:
	"""Examples of matches: of templates half of them at most, where there are others."""
	return [*templates[: max(EXAMPLES // 2, EXAMPLES - len(others))], *others][:EXAMPLES]


def _matched(match: Match | TemplateMatch) -> dict:
	return _example(match.item, match.product, match.summary if isinstance(match, TemplateMatch) else "")


def _overwritten(matches: list[Match | TemplateMatch], shop: _Shop) -> dict[str, int]:
	"""`{field: number}` of the matching products in which the field changes when their Website Items are sent."""
	found: Counter = Counter()
	for part in frappe.utils.create_batch(matches, BATCH):
		payloads = product_payloads.payloads([match.item.name for match in part])
		for match in part:
			found.update(
				field_owners.overwritten(payloads[match.item.name], shop.products[match.product["id"]])
			)
	return dict(found)


def _example(item: frappe._dict | None = None, product: dict | None = None, reason: str = "") -> dict:
	return {
		"website_item": item.name if item else "",
		"item_code": item.item_code if item else "",
		"product": product["title"] if product else "",
		"reason": reason,
	}


# --- linking


def _adopt(medusa: Dialect, matches: list[Match | TemplateMatch]) -> dict[str, str]:
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
	refused, left = {}, leaving_products(PRODUCT)
	for match in matches:
		ids = {"medusa_id": match.product["id"], "medusa_variant_id": match.variant_id}
		prices = left.get(match.product["id"])
		try:
			_write_pair(match.item, ids, prices)
		except Exception as error:
			if not id_clashes.is_clash(error):
				raise
			frappe.db.rollback()
			if reason := id_clashes.clash(DOCTYPE, match.item.name, ids):
				refused[match.product["id"]] = reason
				continue
			id_clashes.take("Item", [ids])
			_write_pair(match.item, ids, prices)
		item_status.retry_parked_for(MedusaSkuTaken.reason, PRODUCT, [match.item.name])
		item_status.refresh([match.item.name])
		frappe.db.commit()  # Medusa has the external id: a later failure must not undo its counterpart.
	return refused


def _write_pair(item: frappe._dict, ids: dict[str, str], prices: dict | None) -> None:
	"""Write a pair of documents.

	:param prices: state of the prices that the product has of a deleted Website Item
	"""
	sent = dict.fromkeys(linked_templates.OF_FORMER_PRODUCT) if item.medusa_id else {}
	sent["medusa_hash"] = WAITS
	if prices:
		sent["medusa_prices"] = price_state.dumped({**prices, "unsure": True})
	with latest_rows():
		frappe.db.set_value("Item", item.item_code, ids, update_modified=False)
		frappe.db.set_value(DOCTYPE, item.name, {**ids, **sent}, update_modified=False)
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
