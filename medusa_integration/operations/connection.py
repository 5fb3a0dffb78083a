"""Test Connection: test the connection between ERPNext and the shop step by step, with advice for each
failure."""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone

import frappe
from frappe import _
from frappe.utils import now_datetime

from medusa_integration import session, settings
from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import (
	MedusaError,
	MedusaSignInFailed,
	MedusaTimeout,
	NoPublishableKey,
)
from medusa_integration.medusa.version import detect
from medusa_integration.operations import (
	foreign_price_lists,
	prices_with_tax,
	quotation_workflow,
	selling_locations,
	shop_prices,
	storefronts,
)
from medusa_integration.prices import price_table
from medusa_integration.products import categories_to_medusa
from medusa_integration.users import time_shown_to

Medusa = Dialect
OK, WARNING, FAILED = "ok", "warning", "failed"
# Seconds to connect, and to wait for a reply, at most: a user waits in front of the form.
PATIENCE = (3, 10)


@dataclass
class ReportLine:
	"""One step's outcome. `details` is Medusa's or the network's own message about a failure."""

	step: str
	status: str
	message: str
	details: str = ""


@dataclass
class Report:
	"""The outcome of a test. `version` is "" where no Medusa answers; `has_stock_location` says whether stock can be sent."""

	version: str = ""
	signed_in: bool = False
	has_stock_location: bool = False
	lines: list[ReportLine] = field(default_factory=list)

	@property
	def status(self) -> str:
		"""The worst status of the lines."""
		found = {line.status for line in self.lines}
		return next((status for status in (FAILED, WARNING) if status in found), OK)

	def as_dict(self) -> dict:
		return {
			"status": self.status,
			"version": self.version,
			"lines": [asdict(line) for line in self.lines],
		}


def open_briefly(version: str = "") -> Medusa:
	"""The configured shop with short time-outs, for calls that a user waits for.

	:param version: "v2" or "v1", instead of the configured one
	:raises MedusaNotConfigured: where the address or the login is missing
	"""
	medusa = session.open_shop(version)
	medusa.client.timeouts = tuple(map(min, medusa.client.timeouts, PATIENCE))
	return medusa


def offered(medusa: Medusa) -> dict[str, dict[str, str]]:
	"""The choices of all pick-lists, those in tables too: `{field: {id: name}}`.

	:raises MedusaError: where Medusa doesn't answer
	"""
	more = {"shipping_option": medusa.shipping_options(), "payment_provider": medusa.payment_providers()}
	named = {field: {row["value"]: row["label"] for row in rows} for field, rows in more.items()}
	return medusa.offered | named


def check() -> Report:
	"""Test the configured shop, with a new sign-in. Errors are lines of the report, and aren't raised."""
	report = Report()
	report.lines.extend(_steps(report))
	return report


def check_unsaved(document) -> Report:
	"""As `check`, for a configuration as the form shows it. Saves nothing, its token neither.

	:param document: a Medusa Configuration with the values of the form. A password of stars is the saved one
	"""
	report = Report()
	words = _("This tests the values on the screen. They aren't saved yet.")
	report.lines.append(ReportLine(_("Not saved"), WARNING, words))
	try:
		document.check_server()
	except frappe.ValidationError as error:
		frappe.clear_last_message()  # The line has the message.
		report.lines.append(ReportLine(_("Address"), FAILED, str(error)))
		return report
	document.access_token = ""  # That of the saved login, which may be another one.
	with settings.trying(document):
		report.lines.extend(_steps(report))
	return report


def _steps(report: Report) -> Iterator[ReportLine]:
	"""The lines, up to a failure after which no further step is possible."""
	try:
		medusa = open_briefly(settings.fixed_version() or settings.CURRENT)  # The version is asked below.
	except frappe.ValidationError as error:
		frappe.clear_last_message()  # The line has the message.
		yield ReportLine(_("Configuration"), FAILED, str(error))
		return
	yield from _reach(medusa.client, report)
	if report.version != (settings.fixed_version() or report.version) or not report.version:
		return
	medusa = open_briefly(report.version)
	medusa.client.token = ""  # The stored token may be that of an earlier, right password.
	yield _sign_in(medusa, report)
	if not report.signed_in:
		return
	yield from _look_around(medusa, report)
	if problem := quotation_workflow.problem():
		yield ReportLine(_("Quotations"), WARNING, problem)
	if not settings.enabled():
		yield ReportLine(
			_("Enable"), WARNING, _("The integration is switched off: nothing is sent until it is enabled.")
		)


def _reach(client: MedusaClient, report: Report) -> Iterator[ReportLine]:
	address, version = _("Address"), _("Version")
	started = time.monotonic()
	try:
		report.version = detect(client)
	except MedusaError as error:
		words = _(
			"Medusa doesn't answer at {0}. Check the Backend URL, that Medusa is running, and that this server may reach it."
		)
		yield ReportLine(address, FAILED, words.format(client.url), error.message)
		return
	if not report.version:
		words = _(
			"Something answers at {0}, but not as Medusa does. The Backend URL is the address of Medusa's API, not of the storefront, and has no path like /app."
		)
		yield ReportLine(address, FAILED, words.format(client.url))
		return
	took = round((time.monotonic() - started) * 1000)
	yield ReportLine(address, OK, _("{0} answers, in {1} ms.").format(client.url, took))
	fixed = settings.fixed_version()
	if report.version == (fixed or report.version):
		yield ReportLine(version, OK, _("Medusa {0}.").format(report.version))
	else:
		words = _("This is Medusa {0}, but the API Version is set to {1}: choose Auto.")
		yield ReportLine(version, FAILED, words.format(report.version, fixed))


def _sign_in(medusa: Medusa, report: Report) -> ReportLine:
	label, login = _("Sign-in"), medusa.client.login
	try:
		medusa.ping()
	except MedusaSignInFailed as error:
		if login.api_key:
			words = _(
				"Medusa refuses the secret API key. Make another one in Medusa's admin, under Settings → Secret API Keys."
			)
		else:
			words = _(
				"Medusa refuses the e-mail and password. Check them by signing in to Medusa's admin with them."
			)
		return ReportLine(label, FAILED, words, error.message)
	except MedusaError as error:
		return _unanswered(label, error)
	report.signed_in = True
	if login.api_key:
		return ReportLine(label, OK, _("Signed in with the secret API key."))
	return ReportLine(label, OK, _("Signed in as {0}.").format(login.email))


def _look_around(medusa: Medusa, report: Report) -> Iterator[ReportLine]:
	steps: dict[str, tuple[str, Callable[[Medusa], tuple[str, str]]]] = {
		"sales_channel": (_("Sales Channel"), _sales_channel),
		"stock_location": (_("Stock Location"), _stock_location),
		"shipping_profile": (_("Shipping Profile"), _shipping_profile),
	}
	asked = {name: steps[name] for name in medusa.chosen}  # v1 has fewer choices.
	if "stock_location" in asked:
		asked["selling"] = (_("Stock for Sale"), selling_locations.line)
	if "sales_channel" in asked and storefronts.named():
		asked["storefronts"] = (_("Storefronts"), storefronts.line)
	if settings.current().imports_orders:
		asked["orders"] = (_("Orders"), _orders)
	if settings.configuration().item_groups_become not in (None, "", "Collections"):
		asked["categories"] = (_("Categories"), _categories)
	if medusa.finds_by_handle and settings.current().handles_are_routes:
		asked["handles"] = (_("Handles"), _handles)
	if medusa.needs_publishable_key:
		asked["sign_ups"] = (_("Sign-ups"), _sign_ups)
	of_prices = {"currencies": (_("Currencies"), _currencies)}
	if frappe.db.exists("Price List", settings.current().price_list):
		of_prices["tax"] = (_("Prices and Tax"), prices_with_tax.line)
		if price_table.is_used():
			of_prices["shop_prices"] = (_("Prices in the shop"), shop_prices.line)
		of_prices["price_lists"] = (_("Price Lists"), foreign_price_lists.line)
	for name, (label, step) in {**of_prices, **asked}.items():
		if name == "selling" and not report.has_stock_location:
			continue
		try:
			line = ReportLine(label, *step(medusa))
		except MedusaError as error:
			yield _unanswered(label, error)
			return
		if name == "stock_location":
			report.has_stock_location = line.status == OK
		yield line


def _unanswered(label: str, error: MedusaError) -> ReportLine:
	if isinstance(error, MedusaTimeout):
		words = _("Medusa took this call and doesn't answer it. Look into its log, or restart it.")
		return ReportLine(label, FAILED, words, error.message)
	return ReportLine(
		label, FAILED, _("Medusa didn't answer this as expected. Look into its log."), error.message
	)


def _currencies(medusa: Medusa) -> tuple[str, str]:
	name = settings.current().price_list
	price_list = frappe.db.get_value("Price List", name, ["currency", "enabled", "selling"], as_dict=True)
	if not price_list:
		return FAILED, _("The Price List {0} doesn't exist: choose another one.").format(name)
	medusa.ask_again()  # The remembered currencies may be older than what was changed in Medusa for this test.
	sold_in = ", ".join(sorted(medusa.currencies))
	if price_list.currency.upper() not in medusa.currencies:
		words = _(
			"The Price List {0} is in {1}, but the shop sells in {2} only. Add {1} in Medusa's admin, under Settings → Store, or choose another Price List."
		)
		return FAILED, words.format(name, price_list.currency, sold_in)
	if not (price_list.enabled and price_list.selling):
		words = _("The Price List {0} is disabled, or not for selling: its prices don't reach the shop.")
		return WARNING, words.format(name)
	return OK, _("The shop sells in {0}; the Price List {1} is in {2}.").format(
		sold_in, name, price_list.currency
	)


def _sales_channel(medusa: Medusa) -> tuple[str, str]:
	words = _("The shop has no default sales channel: choose one.")
	return _chosen(medusa, "sales_channel", lambda: medusa.sales_channel, FAILED, words)


def _shipping_profile(medusa: Medusa) -> tuple[str, str]:
	words = _(
		"The shop has no shipping profile: make one in Medusa's admin, under Settings → Locations & Shipping."
	)
	return _chosen(medusa, "shipping_profile", lambda: medusa.shipping_profile, FAILED, words)


def _stock_location(medusa: Medusa) -> tuple[str, str]:
	offered = medusa.offered["stock_location"]
	if len(offered) > 1:
		words = _(
			"The shop has {0} stock locations: choose one as Stock Location, for the warehouses that the table Stock Locations doesn't name."
		).format(len(offered))
	else:
		words = _(
			"The shop has no stock location: make one in Medusa's admin, under Settings → Locations & Shipping."
		)
	return _chosen(
		medusa, "stock_location", lambda: next(iter(offered)) if len(offered) == 1 else "", WARNING, words
	)


def _orders(medusa: Medusa) -> tuple[str, str]:
	next(medusa.orders_changed(datetime.now(timezone.utc)), None)
	since = time_shown_to(settings.current().import_since or now_datetime())
	return OK, _("They can be read. Those placed since {0} are imported.").format(since)


def _sign_ups(medusa: Medusa) -> tuple[str, str]:
	try:
		key = medusa.publishable_key
	except NoPublishableKey:
		return WARNING, _(
			"The shop has no publishable API key, so nobody can sign up by ERPNext: make one in Medusa's admin, under Settings → Publishable API Keys."
		)
	chosen = settings.configuration().publishable_key
	words = (
		_("With the publishable API key {0}, as filled in here.")
		if chosen
		else _("With the shop's publishable API key {0}.")
	)
	return OK, words.format(f"{key[:8]}…")


def _categories(medusa: Medusa) -> tuple[str, str]:
	if not medusa.has_categories:
		return WARNING, _(
			"Medusa v1 has no categories that the app can use: Item Groups are collections there."
		)
	if problems := categories_to_medusa.problems():
		return WARNING, " ".join(problems[:5])
	count = sum(len(page) for page in medusa.categories_in_pages())
	return OK, _("The shop has {0} categories, those of the Item Groups among them.").format(count)


def _handles(medusa: Medusa) -> tuple[str, str]:
	return WARNING, _(
		"Medusa v1's products are found by their handles: they keep those of title and name. Choose these in Handles come from."
	)


def _chosen(
	medusa: Medusa, fieldname: str, default: Callable[[], str], otherwise: str, words: str
) -> tuple[str, str]:
	"""Status and message of one choice: the configured one, or the shop's default.

	:param default: returns the id of the shop's default; "" where it has none
	:param otherwise: the status without a default
	:param words: the message without a default
	"""
	offered = medusa.offered[fieldname]
	chosen = medusa.chosen[fieldname]
	if chosen and chosen not in offered:
		return FAILED, _(
			"{0} isn't in this shop: choose another one, or none for the shop's default."
		).format(chosen)
	if chosen:
		return OK, _("{0}, as chosen here.").format(offered[chosen])
	id = default()
	if id in offered:
		return OK, _("{0}, the shop's default.").format(offered[id])
	return otherwise, words
