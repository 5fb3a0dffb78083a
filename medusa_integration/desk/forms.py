"""What the buttons and status lines of the Desk call. Everything here asks for the user's permission first."""

import time

import frappe
from frappe import _
from frappe.utils import get_datetime, now_datetime, pretty_date, time_diff_in_seconds

from medusa_integration import session as shop
from medusa_integration.catalogue import selection
from medusa_integration.delivery import outage, outbox
from medusa_integration.desk.arguments import document_name, document_names, flag
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.operations import connection, linking
from medusa_integration.outbound import orders, products, stock

LOG = "Medusa Request Log"

# --- Website Item


@frappe.whitelist()
def get_sync_status(website_item: str = "") -> dict:
	"""Where a Website Item stands.

	:returns: `{"enabled", "published", "left_out", "medusa_id", "synced_on", "link", "outage", "problem", "silence",
		"rows": [{"kind", "status", "error", "attempts", "due"}]}`: `left_out` by What the shop sells; `link` to the
		product in Medusa's admin; `outage` the seconds until Medusa, out of reach now, is tried again; `problem` what is
		wrong with it; `silence` the seconds for which a worker has been waiting for its answer; the rows being what waits
		in the outbox
	:raises frappe.PermissionError: without read permission for it
	:raises frappe.DoesNotExistError: where there is none
	:raises BadArgument: for what can't be a name
	"""
	doc = frappe.get_doc(products.DOCTYPE, document_name(website_item, "website_item"))
	doc.check_permission("read")
	return {
		"published": bool(doc.published),
		"left_out": not selection.admits(doc),
		"medusa_id": doc.medusa_id,
		"synced_on": doc.medusa_synced_on,
		"link": shop.admin_link("products", doc.medusa_id),
		**_sending_of(doc),
	}


def _sending_of(doc) -> dict:
	"""What all forms with a Medusa menu are told."""
	rows = frappe.get_all(
		outbox.DOCTYPE,
		filters={"reference_doctype": doc.doctype, "reference_name": doc.name},
		fields=["kind", "status", "error", "attempts", "due"],
		order_by="kind desc",
	)
	return {"enabled": shop.enabled(), **_reach(), "rows": rows}


@frappe.whitelist(methods=["POST"])
def sync_now(website_item: str = "") -> dict:
	"""Send a Website Item and its prices to Medusa, changed or not, as soon as a worker is free.

	:returns: as `get_sync_status`
	:raises frappe.PermissionError: without write permission for it
	:raises frappe.DoesNotExistError: where there is none
	:raises frappe.ValidationError: while the integration is off, for what doesn't belong in the shop or can't be a name
	"""
	doc = frappe.get_doc(products.DOCTYPE, document_name(website_item, "website_item"))
	doc.check_permission("write")
	shop.must_be_enabled()
	if doc.published and not products.belongs_in_shop(doc):
		frappe.throw(
			_("The Medusa Configuration's What the shop sells leaves {0} out.").format(doc.name),
			title=_("Not in the shop"),
		)
	if not products.belongs_in_shop(doc):
		frappe.throw(
			_("Publish {0} first: only published items go to the shop.").format(doc.name),
			title=_("Not published"),
		)
	products.resend(doc.name)
	return get_sync_status(website_item)


# --- Sales Order


@frappe.whitelist()
def get_order_status(sales_order: str = "") -> dict:
	"""Where a shop's Sales Order stands.

	:returns: `{"enabled", "synced_on", "link", "outage", "problem", "silence", "rows"}` as `get_sync_status`;
		`synced_on` is None where the log has no accepted call of it any more
	:raises frappe.PermissionError: without read permission for it
	:raises frappe.DoesNotExistError: where there is none
	:raises BadArgument: for what can't be a name
	"""
	doc = frappe.get_doc(orders.DOCTYPE, document_name(sales_order, "sales_order"))
	doc.check_permission("read")
	return {
		"synced_on": _last_accepted_about(doc),
		"link": shop.admin_link("orders", doc.medusa_order_id),
		**_sending_of(doc),
	}


def _last_accepted_about(doc):
	log, voucher = frappe.qb.DocType(LOG), frappe.qb.DocType(f"{LOG} Voucher")
	found = (
		frappe.qb.from_(voucher)
		.join(log)
		.on(log.name == voucher.parent)
		.select(log.creation)
		.where((voucher.voucher_type == doc.doctype) & (voucher.voucher_name == doc.name))
		.where((log.status == "Success") & (log.status_code < 400) & (log.method != "GET"))
		.orderby(log.creation, order=frappe.qb.desc)
		.limit(1)
		.run(pluck=True)
	)
	return found[0] if found else None


# --- Medusa Configuration


@frappe.whitelist()
def get_overview() -> dict:
	"""How the sending goes.

	:returns: `{"enabled", "pending", "parked", "last_success", "outage", "problem", "silence", "stalled"}`: the numbers of
		rows in the outbox, when Medusa last accepted a call, the seconds until Medusa, out of reach now, is tried again,
		what is wrong with it, the seconds for which a worker has been waiting for its answer, and those for which
		something has been due and nobody has called Medusa
	:raises frappe.PermissionError: without read permission for the Medusa Configuration
	"""
	frappe.has_permission(shop.CONFIGURATION, "read", throw=True)
	return {
		"enabled": shop.enabled(),
		"pending": frappe.db.count(outbox.DOCTYPE, {"status": "Pending"}),
		"parked": frappe.db.count(outbox.DOCTYPE, {"status": "Parked"}),
		# an expected refusal, as of a version's probe, is no failure, and nothing was accepted
		"last_success": _last_call(status="Success", status_code=("<", 400)),
		**_reach(),
		"stalled": _stalled_seconds(),
	}


def _last_call(**filters):
	return frappe.db.get_value(LOG, filters, "creation", order_by="creation desc")


def _stalled_seconds() -> int:
	now = now_datetime()
	waiting = {"status": "Pending", "due": ("<=", now)}
	due = frappe.db.get_value(outbox.DOCTYPE, waiting, "due", order_by="due asc")
	if not due:
		return 0
	last_call = _last_call() or due
	return max(0, int(time_diff_in_seconds(now, max(get_datetime(due), get_datetime(last_call)))))


@frappe.whitelist(methods=["POST"])
def test_connection() -> dict:
	"""Try the saved Medusa Configuration. Where Medusa lets us in, what waits for it is sent at once, with what is parked
	for want of a stock location, where there is one now.

	:returns: `{"status", "version", "lines": [{"step", "status", "message", "details"}]}`, a status being "ok",
		"warning" or "failed"
	:raises frappe.PermissionError: without write permission for the Medusa Outbox
	"""
	frappe.has_permission(outbox.DOCTYPE, "write", throw=True)
	report = connection.check()
	if report.version:
		frappe.db.set_single_value(
			shop.CONFIGURATION, "detected_version", report.version, update_modified=False
		)
	if report.has_stock_location:
		stock.retry_without_location()
	if report.signed_in:
		outage.end()
		outbox.drain_after_commit()
	return report.as_dict()


@frappe.whitelist(methods=["POST"])
def get_choices() -> dict:
	"""What the configuration's pick-lists offer. POST, because signing in keeps a token.

	:returns: `{"choices": {field: [{"value", "label", "description"}]}, "problem"}`: no choices where Medusa can't be
		asked, and why in `problem`
	:raises frappe.PermissionError: without write permission for the Medusa Configuration
	"""
	frappe.has_permission(shop.CONFIGURATION, "write", throw=True)
	if outage.lasts():
		return {"choices": {}, "problem": _("Medusa is out of reach.")}
	try:
		offered = connection.open_briefly().offered
	except MedusaError as error:
		return {"choices": {}, "problem": error.message}
	except frappe.ValidationError as error:
		frappe.clear_last_message()  # a hint will do
		return {"choices": {}, "problem": str(error)}
	return {"choices": {field: _choices(names) for field, names in offered.items()}, "problem": ""}


def _choices(names: dict[str, str]) -> list[dict]:
	"""With labels that differ: the form tells by the label what was chosen."""
	labels = list(names.values())
	return [
		{"value": id, "label": name if labels.count(name) == 1 else f"{name} ({id})", "description": id}
		for id, name in names.items()
	]


# --- a shop that already exists


@frappe.whitelist(methods=["POST"])
def link_existing_products(dry_run: int | str = 1) -> dict:
	"""Find the products that Medusa had before, in the background, and link them unless it is a dry run.

	:param dry_run: 0 or 1, false or true, and nothing else
	:returns: as `get_linking`
	:raises frappe.PermissionError: without write permission for the Medusa Configuration
	:raises BadArgument: for another `dry_run`
	"""
	frappe.has_permission(shop.CONFIGURATION, "write", throw=True)
	return linking.start(dry_run=flag(dry_run, "dry_run"))


@frappe.whitelist()
def get_linking() -> dict:
	"""How far that is, and what came of it.

	:returns: `{"status": "Queued", "Running", "Done", "Failed" or "", "dry_run", "done", "total", "report", "error"}`
	:raises frappe.PermissionError: without write permission for the Medusa Configuration
	"""
	frappe.has_permission(shop.CONFIGURATION, "write", throw=True)
	return linking.state()


# --- the workspace


@frappe.whitelist()
def get_last_sync(filters=None) -> str:
	"""The number card of that name: when Medusa last accepted something we wrote there, in words.

	:param filters: sent by the card, of no meaning here
	:raises frappe.PermissionError: without read permission for the Medusa Request Log
	"""
	frappe.has_permission(LOG, "read", throw=True)
	written = {"status": "Success", "method": ("!=", "GET"), "url": ("not like", "%/auth/%")}
	last = _last_call(**written)
	return pretty_date(last) if last else _("never")


# --- Medusa Outbox


@frappe.whitelist(methods=["POST"])
def retry_rows(names: str | list | None = None) -> dict:
	"""Send rows of the outbox, parked or waiting, as soon as a worker is free; those being sent are left alone.

	:param names: of Medusa Outbox, as a list or its JSON; those that are gone were sent meanwhile
	:returns: `{"retried": how many}`
	:raises frappe.PermissionError: without write permission for the Medusa Outbox
	:raises BadArgument: where `names` are none
	"""
	frappe.has_permission(outbox.DOCTYPE, "write", throw=True)
	return {"retried": outbox.retry(document_names(names))}


@frappe.whitelist(methods=["POST"])
def discard_rows(names: str | list | None = None) -> dict:
	"""Delete rows of the outbox, parked or waiting: what changed isn't sent until it changes again. Those being sent
	are left alone.

	:param names: of Medusa Outbox, as a list or its JSON; those that are gone were sent meanwhile
	:returns: `{"discarded": how many}`
	:raises frappe.PermissionError: without delete permission for the Medusa Outbox
	:raises BadArgument: where `names` are none
	"""
	frappe.has_permission(outbox.DOCTYPE, "delete", throw=True)
	return {"discarded": outbox.discard(document_names(names))}


def _reach() -> dict:
	"""`outage`, the seconds until Medusa, out of reach now, is tried again, `problem`, what is wrong, and `silence`, the
	seconds for which it hasn't answered a call; 0 and "" where all is well."""
	seconds = max(0, round(outage.noted().get("until", 0) - time.time()))
	return {"outage": seconds, "problem": outage.words(), "silence": outage.silence()}
