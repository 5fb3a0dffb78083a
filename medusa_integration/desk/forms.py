"""The calls of the Desk's forms: buttons and status lines. Each function checks the user's permission first.

Source: docs/reference.md, "Whitelisted calls".
"""

import secrets
from typing import Literal

import frappe
from frappe import _

from medusa_integration import settings, sold_units
from medusa_integration.delivery import outage, wake
from medusa_integration.delivery.box import inbox, outbox
from medusa_integration.desk import product_page, setup_steps
from medusa_integration.desk.arguments import BadArgument, DocumentName, Flag, FormValues, checked
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.operations import connection, linking, queueing, status, variants_switch
from medusa_integration.prices import in_shop, shop_price_rows, unpriced
from medusa_integration.products import (
	channels,
	field_map,
	for_sale,
	identifiers,
	item_status,
	product_events,
	selection,
	variant_events,
	variant_words,
)
from medusa_integration.stock import bundles, changed_bundles

# --- Website Item


@frappe.whitelist()
@checked
def get_sync_status(website_item: DocumentName) -> dict:
	"""The status of a Website Item.

	:param website_item: its name
	:returns: `{"enabled", "published", "left_out", "refused", "medusa_id", "synced_on", "link", "has_page", "no_price",
		"no_conversion", "not_sent", "own_prices", "undeliverable", "waiting_orders", "no_channel", "storefronts", "variants", "outage", "problem", "silence",
		"rows": [{"kind", "status", "error", "attempts", "due", "sent_once"}]}`. `left_out`: whether *What the
		shop sells* excludes it; `refused`: why ERPNext doesn't sell its Item, "" where it does; `link`: to the product in
		Medusa's admin; `has_page`: whether `get_product_page` has an address of its page in the storefront; `no_price`: why ERPNext has no price today for an item in the shop, "" where it has one;
		`no_conversion`: why it is sold in its stock unit although it has a sales unit, "" else;
		`not_sent`: the values, such as a weight, that aren't sent, with the step to take, "" for none;
		`own_prices`: `{currency: amount}` of the product's own prices in Medusa, as last seen, in currencies that ERPNext
		has none in; `undeliverable`: why ERPNext can't deliver its Product Bundle, which has no stock in the shop then, ""
		where it can; `waiting_orders`: the open orders that were placed with other parts of the bundle and that Medusa ships, with
		the step to take, "" for none; `no_channel`: whether it was sent to no sales channel, as none of the configuration's rules selects it;
		`storefronts`: `[{"value": id, "label": name}]` of the channels that its own table may name; `variants`: how a template or a
		variant is sold, "" for other items; `outage`: the seconds until the
		next try while Medusa is unreachable; `problem`: the reason why calls are impossible; `silence`: the
		seconds for which a worker has been waiting for Medusa's answer; `rows`: the outbox rows about it, `sent_once` where Medusa has it already and it is sent once more
	:raises frappe.PermissionError: without read permission for the Website Item
	:raises frappe.DoesNotExistError: where there is none
	:raises BadArgument: for a value that can't be a name
	"""
	doc = frappe.get_doc("Website Item", website_item)
	doc.check_permission("read")
	left_out, refused = not selection.admits(doc), for_sale.refusal(doc.item_code)
	is_shown = doc.published and not left_out and not refused and settings.configuration().product_page
	return {
		"published": bool(doc.published),
		"left_out": left_out,
		"refused": refused,
		"medusa_id": doc.medusa_id,
		"synced_on": doc.medusa_synced_on,
		"link": settings.admin_link("products", doc.medusa_id),
		"has_page": bool(is_shown and product_page.product_of(doc)),
		"no_price": unpriced.reasons([doc]).get(doc.name, "") if doc.medusa_id else "",
		"no_conversion": sold_units.unconverted([doc.item_code]).get(doc.item_code, ""),
		"not_sent": identifiers.problems([doc]).get(doc.name, ""),
		"own_prices": in_shop.own_prices(doc),
		"undeliverable": bundles.problems([doc.item_code]).get(doc.item_code, ""),
		"waiting_orders": changed_bundles.words(changed_bundles.of_bundles([doc.item_code])),
		"no_channel": channels.is_nowhere(doc.medusa_sales_channel),
		"storefronts": channels.storefronts(),
		"variants": variant_words.status_line(doc),
		**status.sending_of(doc),
	}


@frappe.whitelist(methods=["POST"])
@checked
def sync_now(website_item: DocumentName) -> dict:
	"""Queue a Website Item with its prices and stock, to be sent even if unchanged.

	:param website_item: its name
	:returns: as `get_sync_status`
	:raises frappe.PermissionError: without write permission for the Website Item
	:raises frappe.DoesNotExistError: where there is none
	:raises MedusaNotConfigured: while the integration is off
	:raises frappe.ValidationError: for an item that doesn't belong in the shop
	:raises BadArgument: for a value that can't be a name
	"""
	doc = frappe.get_doc("Website Item", website_item)
	doc.check_permission("write")
	settings.must_be_enabled()
	refused = for_sale.refusal(doc.item_code)
	if doc.published and refused and not doc.medusa_id:
		frappe.throw(_("{0} isn't for sale, as {1}.").format(doc.name, refused), title=_("Not in the shop"))
	if doc.published and not product_events.belongs_in_shop(doc):
		frappe.throw(
			_("The Medusa Configuration's What the shop sells leaves {0} out.").format(doc.name),
			title=_("Not in the shop"),
		)
	if not doc.published and not doc.medusa_id:
		frappe.throw(
			_("Publish {0} first: only published items go to the shop.").format(doc.name),
			title=_("Not published"),
		)
	queueing.resend([variant_events.template_page(doc) or doc.name])
	return get_sync_status(website_item)


# --- Medusa Configuration


@frappe.whitelist()
@checked
def preview_field_map(website_item: DocumentName) -> list[dict]:
	"""The values that the saved field map makes of a Website Item. Writes nothing.

	:param website_item: its name
	:returns: `[{"field", "target", "value", "problem"}]`, a row for each of the table; `problem`: why the value isn't sent,
		"" where it is
	:raises frappe.PermissionError: without read permission for the Website Item
	:raises frappe.DoesNotExistError: where there is none
	:raises BadArgument: for a value that can't be a name
	"""
	doc = frappe.get_doc("Website Item", website_item)
	doc.check_permission("read")
	return field_map.preview(doc, frappe.get_doc("Item", doc.item_code))


@frappe.whitelist()
def get_overview() -> dict:
	"""The state of sending as a whole.

	:returns: `{"enabled", "unsigned", "pending", "parked", "inbox_pending", "inbox_parked", "importing",
		"last_look", "last_success", "outage", "problem", "silence", "stalled"}`. `unsigned`: whether the
		storefront's functions take unsigned calls; `pending`, `parked`: numbers of outbox rows;
		`inbox_pending`, `inbox_parked`: of inbox rows; `importing`: whether orders are imported; `last_look`:
		when the last complete poll began; `last_success`: when Medusa last accepted a call; `outage`,
		`problem`, `silence`: as `get_sync_status`; `stalled`: the seconds for which rows have been due
		without a call to Medusa
	:raises frappe.PermissionError: without read permission for the Medusa Configuration
	"""
	frappe.has_permission(settings.CONFIGURATION, "read", throw=True)
	return status.overview()


@frappe.whitelist(methods=["POST"])
@checked
def test_connection(values: FormValues | None = None) -> dict:
	"""Test the Medusa Configuration. Of the saved one: where the sign-in succeeds, an outage ends and a drain starts;
	where there is a stock location, rows that were parked for lack of one are due. Of values that aren't saved it tests the
	address that they name, and changes nothing.

	:param values: what the form shows, where it isn't saved. A password of stars is the saved one
	:returns: `{"status", "version", "lines": [{"step", "status", "message", "details"}]}`, a status being
		"ok", "warning" or "failed"
	:raises frappe.PermissionError: without write permission for the Medusa Outbox; with values, without the role System Manager
	:raises BadArgument: for values that aren't those of a form
	"""
	frappe.has_permission(outbox.doctype, "write", throw=True)
	if values is not None:
		frappe.only_for("System Manager")
		return connection.check_unsaved(_as_shown(values)).as_dict()
	report = connection.check()
	if report.version:
		frappe.db.set_single_value(
			settings.CONFIGURATION, "detected_version", report.version, update_modified=False
		)
	if report.has_stock_location:
		item_status.retry_without_location()
	if report.signed_in:
		outage.end()
		wake.drain_after_commit(outbox.job)
		wake.drain_after_commit(inbox.job)
	setup_steps.tick()
	return report.as_dict()


def _as_shown(values: dict):
	"""The configuration with the form's values, unsaved."""
	shown = frappe.get_doc(settings.CONFIGURATION)
	saved_url = shown.url
	fields = {field.fieldname for field in shown.meta.fields}
	try:
		shown.update({field: value for field, value in values.items() if field in fields})
	except (AttributeError, TypeError, ValueError):
		frappe.throw(_("values has to be the values of a form."), BadArgument, title=_("Wrong argument"))
	if shown.url != saved_url:
		shown.detected_version = ""
	return shown


@frappe.whitelist()
def get_unsaid_prices() -> list[dict]:
	"""The prices of ERPNext's that Medusa's price lists can't say, where the table *Prices in the shop* has rows.

	:returns: `[{"what", "why"}]`: Pricing Rules and Item Prices that aren't sent, each with the reason
	:raises frappe.PermissionError: without read permission for the Medusa Configuration
	"""
	frappe.has_permission(settings.CONFIGURATION, "read", throw=True)
	return [{"what": what, "why": why} for what, why in shop_price_rows.unsaid()]


@frappe.whitelist(methods=["POST"])
def get_choices() -> dict:
	"""The choices of the configuration's pick-lists, read from Medusa: sales channels, stock locations,
	shipping profiles, shipping options and payment providers. POST, because signing in stores a token.

	:returns: `{"choices": {field: [{"value", "label", "description"}]}, "problem"}`. Where they can't be
		read, `choices` is empty and `problem` is the reason
	:raises frappe.PermissionError: without write permission for the Medusa Configuration
	"""
	frappe.has_permission(settings.CONFIGURATION, "write", throw=True)
	if outage.lasts():
		return {"choices": {}, "problem": _("Medusa is out of reach.")}
	try:
		offered = connection.offered(connection.open_briefly())
	except MedusaError as error:
		return {"choices": {}, "problem": error.message}
	except frappe.ValidationError as error:
		frappe.clear_last_message()  # The form shows the message below the field, not in a dialog.
		return {"choices": {}, "problem": str(error)}
	return {"choices": {field: _choices(names) for field, names in offered.items()}, "problem": ""}


def _choices(names: dict[str, str]) -> list[dict]:
	"""The choices of a field, with unique labels: the form finds the chosen value by its label."""
	labels = list(names.values())
	return [
		{"value": id, "label": name if labels.count(name) == 1 else f"{name} ({id})", "description": id}
		for id, name in names.items()
	]


@frappe.whitelist(methods=["POST"])
def make_signing_secret() -> str:
	"""Make a new Signing Secret, 64 hexadecimal digits, and save it. The former one stops working at once.

	:returns: the secret, which isn't shown again
	:raises frappe.PermissionError: without the role System Manager
	"""
	frappe.only_for("System Manager")
	config = frappe.get_doc(settings.CONFIGURATION)
	config.signing_secret = secrets.token_hex(32)
	secret = config.signing_secret
	config.save()
	return secret


@frappe.whitelist()
@checked
def preview_variants_become(
	value: Literal["Products of their own", "Options of one product"],
) -> dict:
	"""Count the products of the shop that a change of *Variants become* would merge or split. Writes nothing.

	:param value: the new value of the field
	:returns: `{"changes", "templates", "made", "removed", "variants", "left_out", "apart", "doubled", "examples": {kind:
		[text]}}`. `changes`: whether it is another value than now; `templates`: the number of templates whose products change; `made`,
		`removed`: of products; `variants`: of Medusa's variants that are made or removed; `left_out`: of variants that the shop would sell no
		more; `apart`: of templates without a published Website Item, whose variants stay products; `doubled`: of variants with the
		attributes of another one
	:raises frappe.PermissionError: without write permission for the Medusa Configuration
	:raises BadArgument: for another value
	"""
	frappe.has_permission(settings.CONFIGURATION, "write", throw=True)
	return variants_switch.preview(value)


# --- a shop that already exists


@frappe.whitelist(methods=["POST"])
@checked
def link_existing_products(dry_run: Flag = True) -> dict:
	"""Match the shop's products to Website Items in the background, and link them unless it is a dry run.

	:param dry_run: 0 or 1, false or true
	:returns: as `get_linking`
	:raises frappe.PermissionError: without write permission for the Medusa Configuration
	:raises BadArgument: for another `dry_run`
	"""
	frappe.has_permission(settings.CONFIGURATION, "write", throw=True)
	return linking.start(dry_run=dry_run)


@frappe.whitelist()
def get_linking() -> dict:
	"""The progress and the outcome of the last `link_existing_products`.

	:returns: `{"status": "Queued", "Running", "Done", "Failed" or "", "dry_run", "done", "total", "report",
		"error"}`
	:raises frappe.PermissionError: without write permission for the Medusa Configuration
	"""
	frappe.has_permission(settings.CONFIGURATION, "write", throw=True)
	return linking.state()
