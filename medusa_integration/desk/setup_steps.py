"""The steps of the set-up: which are done, by what is there, and what to press for the others.

The form of the Medusa Configuration and Frappe's own Module Onboarding in the workspace show the same steps.

Source: docs/reference.md, "Set-up".
"""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import frappe
from frappe import _

from medusa_integration import session, settings, tree
from medusa_integration.operations import linking, status
from medusa_integration.prices import unpriced
from medusa_integration.products import selection
from medusa_integration.tolerated import OF_THE_TRANSACTION, tolerated

ONBOARDING = "Medusa"
ITEM = "Website Item"
SAMPLE = 50  # items that are looked through for one with a price


class Step(NamedTuple):
	"""One step.

	:param name: of its Onboarding Step
	:param done: whether it is, by what is there
	:param hint: what to do, as long as it isn't done
	:param press: what its link does: `{"button": one of the form's}`, `{"field": fieldname}` or `{"route": [...]}`
	:param optional: whether some shops do without it
	"""

	name: str
	done: Callable[[], bool]
	hint: Callable[[], str]
	press: dict
	optional: bool = False


@frappe.whitelist()
def get_setup_steps() -> list[dict]:
	"""The steps of the set-up in their order.

	:returns: `[{"name", "label", "done", "skipped", "hint", "press", "optional"}]`. `skipped`: whether it was marked as not needed; `hint`:
		what to do; `press`: `{"button"}`, `{"field"}` or `{"route"}`, where the step is done; `optional`: whether
		some shops do without it. Empty once all are done or skipped
	:raises frappe.PermissionError: without read permission for the Medusa Configuration
	"""
	frappe.has_permission(settings.CONFIGURATION, "read", throw=True)
	if frappe.db.get_value("Module Onboarding", ONBOARDING, "is_complete"):
		return []
	marks = _marks()
	rows = [
		{
			"name": step.name,
			"label": _(marks[step.name].title) if step.name in marks else _(step.name),
			"done": step.done(),
			"skipped": bool(step.name in marks and marks[step.name].is_skipped),
			"hint": step.hint(),
			"press": step.press,
			"optional": step.optional,
		}
		for step in STEPS
	]
	return [] if all(row["done"] or row["skipped"] for row in rows) else rows


def tick() -> None:
	"""Bring the ticks of the Module Onboarding up to what is there. Once all steps are done or skipped, it is complete and
	stays so. Does nothing in an installation or migration, which saves the configuration before the app's fields are there.
	A failure is logged: ticks stop neither a save nor the Desk."""
	with suppress(*OF_THE_TRANSACTION), tolerated("The set-up's steps can't be ticked"):
		_tick()


def _tick() -> None:
	if any(frappe.flags.get(flag) for flag in ("in_install", "in_migrate", "in_patch", "in_uninstall")):
		return
	if frappe.db.get_value("Module Onboarding", ONBOARDING, "is_complete") in (None, 1):
		return
	marks = _marks()
	states = {step.name: step.done() for step in STEPS if step.name in marks}
	for name, done in states.items():
		if bool(marks[name].is_complete) is not done:
			_complete("Onboarding Step", name, done)
	if all(done or marks[name].is_skipped for name, done in states.items()):
		_complete("Module Onboarding", ONBOARDING)


def _complete(doctype: str, name: str, done: bool = True) -> None:
	"""Note it without a new time of modification: a migration takes over newer files only, and leaves the ticks as they are."""
	frappe.db.set_value(doctype, name, "is_complete", int(done), update_modified=False)


def tick_at_boot(bootinfo) -> None:
	"""extend_bootinfo: the workspace that the Desk opens with shows the ticks as they are now.

	Source: docs/reference.md, "Set-up".
	"""
	if not frappe.flags.read_only and frappe.has_permission(settings.CONFIGURATION, "read"):
		tick()


def _marks() -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		"Onboarding Step",
		{"name": ("in", [step.name for step in STEPS])},
		["name", "title", "is_complete", "is_skipped"],
		order_by=None,
	)
	return {row.name: row for row in rows}


# --- whether a step is done


def _is_signed_in() -> bool:
	"""Whether Medusa has accepted this address and login, by Test Connection or by any other call."""
	config = settings.configuration()
	has_login = config.api_key or (config.admin_email and config.admin_password)
	if not (config.url and has_login and (settings.fixed_version() or config.detected_version)):
		return False
	if config.api_key:
		return bool(status.last_call(status="Success", status_code=("<", 400)))
	return session.has_token()


def _is_linked() -> bool:
	state = linking.state()
	report = state.get("report") or {}
	return (state.get("status") == "Done" and not (state.get("dry_run") and report.get("matches"))) or _any(
		medusa_id=("is", "set")
	)


def _sells_something() -> bool:
	return bool(_sold(1))


def _has_a_price() -> bool:
	items = _sold(SAMPLE)
	return bool(items) and len(unpriced.reasons(items)) < len(items)


def _books_orders() -> bool:
	"""Whether orders have the accounts that nearly all of them need, or have come in without these."""
	config, chosen = settings.configuration(), settings.current()
	if not config.import_orders:
		return True
	ships = chosen.shipping_item if chosen.shipping_is_item else chosen.shipping_account
	if (config.tax_accounts or chosen.fallback_tax_account) and (ships or chosen.shipping_options):
		return bool(settings.company_or_none())
	return bool(frappe.db.get_value("Sales Order", {"medusa_order_id": ("is", "set")}))


def _signs_calls() -> bool:
	config = settings.configuration()
	return bool(config.signing_secret and config.storefront_user)


def _shows_a_product() -> bool:
	return settings.enabled() and _any(published=1, medusa_id=("is", "set"))


def _any(**filters) -> bool:
	return bool(frappe.db.get_value(ITEM, filters, "name"))


def _sold(limit: int) -> list[frappe._dict]:
	"""Some published Website Items that *What the shop sells* admits."""
	groups, brands = selection.chosen()
	filters: dict = {"published": 1}
	if groups:
		filters["item_group"] = ("in", tree.below("Item Group", groups).run(pluck=True))
	if brands:
		filters["brand"] = ("in", list(brands))
	return frappe.get_all(ITEM, filters, ["name", "item_code"], limit=limit, order_by=None)


def _price_hint() -> str:
	return _(
		"Give each item a price in the Price List {0}, and choose the Stock Location if the shop has several."
	).format(settings.current().price_list)


def _product_hint() -> str:
	if settings.configuration().product_page:
		return _("Open a published Website Item: Medusa → See in the Shop shows its page.")
	return _("Open a published Website Item: Medusa → Open in Medusa shows its product.")


STEPS = (
	Step(
		"Medusa Address and Login",
		_is_signed_in,
		lambda: _("Fill in the Backend URL and a login, then press Test Connection."),
		{"button": "test_connection"},
	),
	Step(
		"Medusa Existing Products",
		_is_linked,
		lambda: _(
			"Link the products that the shop has already, so that they aren't made twice. The preview changes nothing."
		),
		{"button": "link_existing"},
		optional=True,
	),
	Step(
		"Medusa Items for Sale",
		_sells_something,
		lambda: _(
			"Publish a Website Item, or make one of an Item. Item Groups and Brands limit what is sold."
		),
		{"route": ["List", ITEM]},
	),
	Step("Medusa Prices and Stock", _has_a_price, _price_hint, {"field": "price_list"}),
	Step(
		"Medusa Orders and Accounts",
		_books_orders,
		lambda: _("Choose the accounts for taxes and shipping in the tab Orders from Medusa."),
		{"field": "tax_accounts"},
		optional=True,
	),
	Step(
		"Medusa Signed Calls",
		_signs_calls,
		lambda: _(
			"For a storefront that calls ERPNext, for quotations, accounts and the like: make a Signing Secret for its server."
		),
		{"button": "make_secret"},
		optional=True,
	),
	Step(
		"Medusa Enable",
		settings.enabled,
		lambda: _("Tick Enable and save. The catalogue is then sent."),
		{"field": "enable"},
	),
	Step(
		"Medusa First Product",
		_shows_a_product,
		_product_hint,
		{"route": ["List", ITEM, {"published": 1}]},
	),
)
