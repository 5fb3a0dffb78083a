"""A shop that already exists: products that Medusa had before the app are found by their sku and linked.

Linking writes the ids on both sides and nothing else. What such a product says is overwritten when its Website Item
is sent: because somebody saves it, or exports the catalogue; its prices follow it.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.utils.background_jobs import is_job_enqueued

from medusa_integration import request_log
from medusa_integration import session as shop
from medusa_integration.catalogue import selection
from medusa_integration.catalogue.plain_text import clean
from medusa_integration.delivery import held_ids, outbox
from medusa_integration.medusa.errors import MedusaError, MedusaRejected, MedusaSkuTaken
from medusa_integration.medusa.v2.dialect import MedusaV2
from medusa_integration.outbound import item_status

DOCTYPE = "Website Item"
BATCH = 100
EXAMPLES = 20  # of each kind, in a report
JOB_ID = STATE_KEY = "medusa_linking"
Progress = Callable[[int, int], None]  # how many of how many; 0: nobody knows of how many


@dataclass
class Match:
	"""A Website Item and the product that is the same thing."""

	item: frappe._dict
	product: dict

	@property
	def variant_id(self) -> str:
		return next(v["id"] for v in self.product["variants"] if v["sku"] == sku_of(self.item))

	@property
	def replaces_id(self) -> bool:
		"""Whether the product carries the external id of something else, another tool's for instance."""
		return (self.product["external_id"] or self.item.name) != self.item.name


@dataclass
class Matches:
	"""What the skus say about some Website Items: which are in Medusa, which may be, and why that isn't clear."""

	matches: list[Match] = field(default_factory=list)
	conflicts: list[tuple[frappe._dict, str]] = field(default_factory=list)
	unmatched: list[frappe._dict] = field(default_factory=list)


# --- what to do


def preview(progress: Progress = lambda done, total: None) -> dict:
	"""What `link` would do. Writes nothing, here or there.

	:returns: the numbers `linked` (already), `matches`, `replaced_ids` (those of the matches that carry another external
		id), `other_variants` (those that have other variants beside ours, which stay as they are), `conflicts`,
		`items_left` (Website Items without a product) and `products_left` (products without a Website Item); and
		`examples` of the last five, `{kind: [{"website_item", "item_code", "product", "reason"}]}`
	:raises MedusaError: where Medusa doesn't answer
	:raises MedusaNotConfigured: where the address or the login is missing
	"""
	medusa = shop.open_shop()
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
	"""Link every Website Item that belongs in the shop to the product that has its item code as sku, and send those
	that were parked for want of it.

	Commits batch by batch. Harmless to repeat, and to break off: what is linked is no longer looked for.

	:returns: the numbers `linked`, `conflicts` and `items_left`, and `examples` of conflicts, as in `preview`
	:raises MedusaError, MedusaNotConfigured: as `preview`
	"""
	medusa = shop.open_shop()
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


# --- who is who


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
	"""What the Website Items at large have to do with some products."""

	def __init__(self, products: Iterable[dict]) -> None:
		products = list(products)
		linked = _website_items("medusa_id", {product["id"] for product in products})
		named = _website_items("name", {p["external_id"] for p in products if p["external_id"]})
		skus = {v["sku"] for product in products for v in product["variants"] if v["sku"]}
		self.linked_to = {row.medusa_id: row.name for row in linked}
		self.names = {row.name for row in named}
		self.of_sku = {sku_of(row): row.name for row in _website_items("item_code", skus)}


def _conflict(item: frappe._dict, candidates: list[dict], others: _Others) -> str:
	"""Why it isn't clear which product an item is; "" where it is."""
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


def _read_shop(medusa: MedusaV2, skus: set[str], progress: Progress) -> tuple[dict, list[dict]]:
	"""All products of the shop in pages: `{sku: products}` of those skus, and the products that have none of them and
	belong to no Website Item."""
	known = set(frappe.get_all(DOCTYPE, {"medusa_id": ("is", "set")}, pluck="medusa_id", order_by=None))
	products, left, done = {}, [], 0
	with request_log.about([]):
		for page in medusa.products_in_pages():
			frappe.db.commit()  # writes the log of the page's call, which would pile up otherwise
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


def _adopt(medusa: MedusaV2, matches: list[Match]) -> dict[str, str]:
	"""Write our external ids to Medusa, before ours know the products: who comes back after a crash in between finds
	the product by it. Returns `{product id: why not}`, the batch halved until the offender stands alone."""
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
	"""Without hooks: nothing is to be sent because of it, but what was parked until it is linked. Each pair for itself,
	the Item first as its save would, so that nobody waits for us and no save becomes a deadlock's victim.

	:returns: `{product id: why not}`
	"""
	refused = {}
	for match in matches:
		ids = {"medusa_id": match.product["id"], "medusa_variant_id": match.variant_id}
		try:
			_write_pair(match.item, ids)
		except Exception as error:
			if not held_ids.is_clash(error):
				raise
			frappe.db.rollback()
			if reason := held_ids.clash(DOCTYPE, match.item.name, ids):
				refused[match.product["id"]] = reason
				continue
			held_ids.take("Item", [ids])
			_write_pair(match.item, ids)
		outbox.retry_parked("Product", MedusaSkuTaken.reason, [match.item.name])
		item_status.refresh([match.item.name])
		frappe.db.commit()  # Medusa has it: a failure further on must not make us forget
	return refused


def _write_pair(item: frappe._dict, ids: dict[str, str]) -> None:
	frappe.db.set_value("Item", item.item_code, ids, update_modified=False)
	frappe.db.set_value(DOCTYPE, item.name, ids, update_modified=False)


# --- in the background


def start(dry_run: bool) -> dict:
	"""Preview or link in the background, unless that is going on already.

	:returns: as `state`
	"""
	if not is_job_enqueued(JOB_ID):
		_keep(status="Queued", dry_run=dry_run)
		frappe.enqueue(
			"medusa_integration.operations.linking.run",
			queue="long",
			timeout=8 * 3600,
			job_id=JOB_ID,
			dry_run=dry_run,
		)
	return state()


def state() -> dict:
	"""How the last preview or linking goes or went.

	:returns: `{"status": "Queued", "Running", "Done", "Failed" or "", "dry_run", "done", "total", "report", "error"}`
	"""
	return frappe.cache.get_value(STATE_KEY, expires=True) or {"status": ""}


def run(dry_run: bool) -> None:
	"""The job: `preview` or `link`, with its progress and outcome where `state` finds them."""

	def progress(done: int, total: int) -> None:
		_keep(status="Running", dry_run=dry_run, done=done, total=total)

	progress(0, 0)
	try:
		report = preview(progress) if dry_run else link(progress)
	except (MedusaError, shop.MedusaNotConfigured) as error:
		frappe.db.rollback()
		_keep(status="Failed", dry_run=dry_run, error=str(error))
	except Exception:
		frappe.db.rollback()
		log = frappe.log_error(title="Medusa: linking the existing products")
		_keep(
			status="Failed", dry_run=dry_run, error=_("Unexpected error, see Error Log {0}").format(log.name)
		)
	else:
		_keep(status="Done", dry_run=dry_run, report=report)


def _keep(**state) -> None:
	frappe.cache.set_value(STATE_KEY, state, expires_in_sec=24 * 3600)
