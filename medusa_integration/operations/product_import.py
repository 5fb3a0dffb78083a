"""Import products: the shop's products that ERPNext lacks become Items and Website Items, and are linked. A preview writes
nothing.

Source: docs/reference.md, "Import products".
"""

from collections.abc import Collection

import frappe
from frappe import _
from frappe.utils import strip_html

from medusa_integration import request_log, session, settings, texts
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaRejected
from medusa_integration.operations import imported_product, imported_template
from medusa_integration.operations.import_candidate import Candidate, ImportSettings
from medusa_integration.operations.import_plan import plan
from medusa_integration.operations.user_jobs import Progress, ReportedJob
from medusa_integration.tolerated import OF_THE_TRANSACTION

BATCH = 20  # products whose external ids are written together
MOST_ROWS = 2000  # in a preview
ATTEMPTS = 3  # where another transaction stands in the way
REFUSALS = (frappe.ValidationError, frappe.PermissionError, frappe.NameError)
JOB = ReportedJob(
	"medusa_product_import",
	"medusa_integration.operations.product_import.run",
	"Medusa: importing products",
)


def preview(chosen: ImportSettings, progress: Progress = lambda done, total: None) -> dict:
	"""Report the shop's products that ERPNext lacks. Writes nothing to ERPNext or Medusa.

	:returns: the numbers `products` (of the shop), `present`, `ready` and `blocked`; `rows` of the last two, `[{"id", "title",
		"sku", "item_code", "has_item", "collection", "item_group", "makes_group", "price", "published", "problem",
		"notes"}]`; `more_rows`, those that are left out; and the `currency` of the prices
	:raises MedusaError: where Medusa doesn't answer
	:raises MedusaNotConfigured: where the address or the login is missing
	"""
	total, candidates = _candidates(session.open_shop(), chosen, progress)
	blocked = sum(bool(candidate.problem) for candidate in candidates)
	return {
		"products": total,
		"present": total - len(candidates),
		"ready": len(candidates) - blocked,
		"blocked": blocked,
		"rows": [_row(candidate, chosen) for candidate in candidates[:MOST_ROWS]],
		"more_rows": max(0, len(candidates) - MOST_ROWS),
		"currency": chosen.currency,
	}


def import_products(
	chosen: ImportSettings,
	ids: Collection[str] | None = None,
	progress: Progress = lambda done, total: None,
) -> dict:
	"""Import products. Each is a transaction of its own, so that it may be interrupted and repeated.

	:param ids: of the products; None for all that can be imported
	:returns: `{"imported", "refused", "problems": [{"title", "sku", "reason"}]}`, with a problem for each refused product
	:raises MedusaError, MedusaNotConfigured: as `preview`
	"""
	medusa = session.open_shop()
	_total, candidates = _candidates(medusa, chosen, progress)
	if ids is None:
		wanted = [candidate for candidate in candidates if not candidate.problem]
	else:
		wanted = [candidate for candidate in candidates if candidate.product.id in set(ids)]
	imported, problems = 0, []
	for part in frappe.utils.create_batch(wanted, BATCH):
		made = {}
		for candidate in part:
			name, reason = _import(candidate, chosen)
			if name:
				made[candidate.product.id] = name
			else:
				problems.append(_problem(candidate, reason))
		_adopt(medusa, made)
		imported += len(made)
		progress(imported + len(problems), len(wanted))
	return {"imported": imported, "refused": len(problems), "problems": problems[:MOST_ROWS]}


def _candidates(medusa: Dialect, chosen: ImportSettings, progress: Progress) -> tuple[int, list[Candidate]]:
	products = []
	with request_log.about([]):
		for page in medusa.products_to_import():
			frappe.db.commit()  # Writes the request log, whose calls would pile up in memory otherwise.
			products += page
			progress(len(products), 0)
	return len(products), plan(products, chosen)


def _import(candidate: Candidate, chosen: ImportSettings) -> tuple[str, str]:
	"""Import a product and commit. Returns its Website Item, or "" and the reason why it wasn't imported."""
	if candidate.problem:
		return "", candidate.problem
	for attempt in range(ATTEMPTS):
		try:
			make = imported_template.make if candidate.variants else imported_product.make
			name = make(candidate, chosen)
			frappe.db.commit()  # The ids are stored with the documents: no drain may create the product again.
			return name, ""
		except OF_THE_TRANSACTION as error:
			reason = _undo(error)
			if attempt == ATTEMPTS - 1:
				return "", reason
		except Exception as error:
			return "", _undo(error)
	return "", ""


def _undo(error: Exception) -> str:
	"""Roll back, and return the words of a refusal; an unexpected error is logged."""
	frappe.db.rollback()
	frappe.clear_messages()
	if isinstance(error, frappe.DuplicateEntryError) and len(error.args) > 1:
		return _("{0} {1} exists already.").format(_(str(error.args[0])), error.args[1])
	words = str(error)
	if isinstance(error, frappe.PermissionError):
		words = words or frappe.flags.error_message or _("You may not create a document that it needs.")
	if isinstance(error, REFUSALS) and words:
		return texts.several_lines(strip_html(words))
	log = frappe.log_error(title=JOB.title)
	frappe.db.commit()
	return _("Unexpected error, see Error Log {0}").format(log.name)


def _adopt(medusa: Dialect, made: dict[str, str]) -> None:
	"""Write the external ids to Medusa, after the commit: an external id in Medusa without its Website Item would be that of
	the next new one. A refused one is written when the product is sent."""
	if not made:
		return
	with request_log.about([("Website Item", name) for name in made.values()]):
		try:
			medusa.adopt(made)
		except MedusaRejected:
			if len(made) > 1:
				for id, name in made.items():
					_adopt(medusa, {id: name})
	frappe.db.commit()


def _row(candidate: Candidate, chosen: ImportSettings) -> dict:
	prices = candidate.prices(chosen.currency).values() if chosen.currency else ()
	return {
		"id": candidate.product.id,
		"title": candidate.product.title,
		"sku": _skus(candidate),
		"item_code": candidate.code,
		"has_item": candidate.has_item,
		"collection": candidate.product.collection,
		"item_group": candidate.group,
		"makes_group": candidate.makes_group,
		"price": " – ".join(str(price) for price in dict.fromkeys((min(prices), max(prices))))
		if prices
		else "",
		"published": candidate.product.is_published,
		"problem": candidate.problem,
		"notes": candidate.notes,
	}


def _problem(candidate: Candidate, reason: str) -> dict:
	return {"title": candidate.product.title, "sku": _skus(candidate), "reason": reason}


def _skus(candidate: Candidate) -> str:
	return ", ".join(variant.sku for variant in candidate.product.variants if variant.sku)


# --- settings of an import


def import_settings(
	item_group: str = "",
	make_item_groups: bool = True,
	stock_uom: str = "",
	tax_template: str = "",
	prices: bool = True,
	pictures: bool = True,
) -> ImportSettings:
	"""Checked settings of an import. The Item Group and the stock unit are those of the Stock Settings where they are blank.

	:raises frappe.ValidationError: where a record doesn't exist, or there is no default
	"""
	defaults = frappe.get_cached_doc("Stock Settings")
	group = item_group or defaults.get("item_group") or _root()
	uom = stock_uom or defaults.get("stock_uom")
	_must_exist("Item Group", group, _("Choose an Item Group"))
	_must_exist("UOM", uom, _("Choose a Stock UOM"))
	if tax_template:
		_must_exist("Item Tax Template", tax_template, _("Choose an Item Tax Template"))
	price_list = settings.current().price_list if prices else ""
	currency = frappe.db.get_value("Price List", price_list, "currency") if price_list else ""
	return ImportSettings(
		item_group=group,
		make_item_groups=make_item_groups,
		stock_uom=uom,
		tax_template=tax_template,
		price_list=price_list if currency else "",
		currency=(currency or "").upper(),
		pictures=pictures,
	)


def _root() -> str:
	return (
		frappe.db.get_value("Item Group", {"parent_item_group": ("is", "not set")}, "name", order_by="lft")
		or ""
	)


def _must_exist(doctype: str, name: str | None, title: str) -> None:
	if not name or not frappe.db.exists(doctype, name):
		words = _("The {0} {1} doesn't exist.").format(_(doctype), name or "–")
		frappe.throw(words, frappe.DoesNotExistError if name else frappe.ValidationError, title=title)


# --- in the background


def start(dry_run: bool, ids: list[str] | None, **chosen) -> dict:
	"""Start a preview or the import in the background, unless one is running.

	:param ids: as of `import_products`
	:param chosen: as of `import_settings`
	:returns: as `state`
	:raises frappe.ValidationError: as `import_settings`
	"""
	import_settings(**chosen)
	JOB.start(dry_run=dry_run, ids=ids, chosen=chosen)
	return state()


def state() -> dict:
	"""Progress and outcome of the last preview or import.

	:returns: as `ReportedJob.state`, with `dry_run`
	"""
	return {key: value for key, value in JOB.state().items() if key not in ("ids", "chosen")}


def run(dry_run: bool, ids: list[str] | None, chosen: dict) -> None:
	"""The job: `preview` or `import_products`, with the permissions of the user who started it."""
	if dry_run:
		JOB.run(lambda progress: preview(import_settings(**chosen), progress), dry_run=dry_run)
	else:
		JOB.run(lambda progress: import_products(import_settings(**chosen), ids, progress), dry_run=dry_run)
