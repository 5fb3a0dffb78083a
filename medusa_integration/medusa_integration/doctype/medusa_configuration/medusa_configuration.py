from urllib.parse import urlsplit

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime, now_datetime

from medusa_integration import generation, session, settings
from medusa_integration.delivery import outage
from medusa_integration.desk import setup_steps
from medusa_integration.orders import channel_companies, chosen_accounts
from medusa_integration.prices import price_events, shop_price_rows
from medusa_integration.products import (
	categories_to_medusa,
	channel_events,
	channel_rules,
	field_map,
	item_status,
	shop_items,
	specifications,
)
from medusa_integration.storefront.cors import is_origin
from medusa_integration.sync import polling

# A change of one of these may change every product or price.
FIELDS_OF_ALL_PRODUCTS = (
	"enable",
	"url",
	"api_version",
	"price_list",
	"sales_channel",
	"shipping_profile",
	"variants_become",
)
# The same, where a configuration from before the field has its default.
CHOICES_OF_ALL_PRODUCTS = {
	"item_groups_become": "Collections",
	"brand_becomes": "Metadata only",
	"handle_from": "Title and name",
	"send_seo": 0,
}
FIELDS_OF_THE_LOGIN = ("url", "admin_email", "admin_password", "api_key")
PRODUCT_PAGE = "https://shop.example.com/products/{handle}"
KEPT_TOKEN = "*" * 8  # Frappe doesn't overwrite a Password with stars.
FIELDS_OF_ALL_STOCK = ("stock_location", "stock_basis")
SHORTEST_SECRET, DIFFERENT = 32, 8  # characters of a Signing Secret, and different ones among them
SELECTION = {"item_groups": "item_group", "brands": "brand"}  # child table: field of its rows


class MedusaConfiguration(Document):
	def validate(self) -> None:
		self.check_server()
		self.publishable_key = (self.publishable_key or "").strip()
		self._check_admin_url()
		self._check_product_page()
		self._check_login()
		self._check_secret()
		self._check_limits()
		self._check_origins()
		self._check_field_owners()
		self._check_field_map()
		self._check_stock_locations()
		shop_price_rows.check(self)
		self._check_accounts()
		self._check_series()
		self._check_channels()
		if self.has_value_changed("url"):
			self.detected_version = (
				""  # Another server may have another version: the server is asked at its first use.
			)
		if self.enable and self.import_orders and not self.import_since:
			self.import_since = now_datetime()
		self.seen_in_medusa = frappe.db.get_single_value(self.doctype, polling.MARKERS, cache=False)
		# The token may belong to another server or user; saving "" deletes it.
		is_another = any(self.has_value_changed(field) for field in FIELDS_OF_THE_LOGIN)
		self.access_token = "" if is_another else KEPT_TOKEN

	def check_server(self) -> None:
		"""Tidy the Backend URL up.

		:raises frappe.ValidationError: for what isn't an address
		"""
		self.url = (self.url or "").strip().rstrip("/")
		self._check_url()

	def _check_url(self) -> None:
		"""Refuse an invalid address. The messages don't show it: it may hold a password, and messages may
		be logged."""
		if not self.url:
			return
		title = _("Backend URL")
		if "@" in self.url:
			frappe.throw(
				_(
					"The Backend URL must not hold a user name or password. Leave them out: the login has fields of its own."
				),
				title=title,
			)
		if not _is_address(self.url):
			frappe.throw(
				_("The Backend URL has to be an address like https://shop-backend.example.com"), title=title
			)

	def _check_admin_url(self) -> None:
		self.admin_url = (self.admin_url or "").strip().rstrip("/")
		parts = urlsplit(self.admin_url)
		if self.admin_url and (parts.scheme not in ("http", "https") or not parts.hostname):
			frappe.throw(
				_("{0} isn't an address like https://shop-backend.example.com/app").format(
					frappe.bold(frappe.utils.escape_html(self.admin_url))
				),
				title=_("Admin URL"),
			)

	def _check_product_page(self) -> None:
		self.product_page = page = (self.product_page or "").strip()
		parts = urlsplit(page)
		is_address = parts.scheme in ("http", "https") and parts.hostname
		if page and not (is_address and ("{handle}" in page or "{id}" in page)):
			frappe.throw(
				_("{0} isn't an address with {1} or {2} in it, like {3}").format(
					frappe.bold(frappe.utils.escape_html(page)), "{handle}", "{id}", PRODUCT_PAGE
				),
				title=_("Product Page"),
			)

	def _check_login(self) -> None:
		if not self.enable:
			return
		if not self.url or not (self.api_key or (self.admin_email and self.admin_password)):
			frappe.throw(
				_(
					"Fill in the Backend URL and either the admin's e-mail and password or a secret API key before you enable the integration."
				),
				frappe.MandatoryError,
				title=_("Medusa Configuration is incomplete"),
			)

	def _check_secret(self) -> None:
		"""Refuse a new Signing Secret that can be guessed. The stored one is shown as stars, and stays."""
		secret = self.signing_secret or ""
		if not secret or self.is_dummy_password(secret):
			return
		if len(secret) < SHORTEST_SECRET or len(set(secret)) < DIFFERENT:
			frappe.throw(
				_(
					"The Signing Secret needs at least {0} characters, {1} of them different. Press Storefront → Make Signing Secret to have one made."
				).format(SHORTEST_SECRET, DIFFERENT),
				title=_("Signing Secret"),
			)

	def _check_limits(self) -> None:
		if not 0 <= (self.batch_size or 0) <= 500:
			frappe.throw(_("Batch Size must be from 1 to 500."), title=_("Batch Size"))

	def _check_field_owners(self) -> None:
		fields = [row.field for row in self.get("field_owners") or ()]
		twice = next((field for field in fields if fields.count(field) > 1), None)
		if twice:
			frappe.throw(_("{0} is in the table Fields twice.").format(_(twice)), title=_("Fields"))

	def _check_field_map(self) -> None:
		if found := list(field_map.problems(self)):
			frappe.throw("<br>".join(found), title=_("Field Map"))

	def _check_stock_locations(self) -> None:
		names = [row.warehouse for row in self.get("stock_locations") or ()]
		twice = next((name for name in names if names.count(name) > 1), None)
		if twice:
			frappe.throw(
				_("{0} is in the table Stock Locations twice.").format(frappe.utils.escape_html(twice)),
				title=_("Stock Locations"),
			)

	def _check_accounts(self) -> None:
		if found := list(chosen_accounts.problems(self)):
			frappe.throw("<br>".join(found), title=_("Accounts"))

	def _check_series(self) -> None:
		for doctype, field in settings.SERIES.items():
			self._check_known_series(doctype, self, field)

	@staticmethod
	def _check_known_series(doctype: str, row, field: str) -> None:
		row.set(field, (row.get(field) or "").strip())
		known = (frappe.get_meta(doctype).get_options("naming_series") or "").split()
		if row.get(field) and row.get(field) not in known:
			frappe.throw(
				_("{0} has no series {1}. Add it in the Document Naming Settings first.").format(
					_(doctype), frappe.bold(frappe.utils.escape_html(row.get(field)))
				),
				title=_("Series"),
			)

	def _check_channels(self) -> None:
		channel_rules.check(self)
		channel_rules.count(self)
		for row in self.get("sales_channels") or ():
			self._check_known_series("Sales Order", row, "sales_order_series")
		if found := list(channel_companies.problems(self)):
			frappe.msgprint("<br>".join(map(frappe.utils.escape_html, found)), title=_("Sales Channels"))

	def onload(self) -> None:
		channel_rules.count(self)

	def _check_origins(self) -> None:
		origins = [line.strip().rstrip("/").lower() for line in (self.storefront_origins or "").split()]
		for origin in origins:
			if not is_origin(origin):
				frappe.throw(
					_(
						"{0} isn't an origin like https://shop.example.com: write each on a line of its own."
					).format(frappe.bold(frappe.utils.escape_html(origin))),
					title=_("Storefront Origins"),
				)
		self.storefront_origins = "\n".join(dict.fromkeys(origins))

	def on_update(self) -> None:
		outage.end()  # The save may have corrected the cause of the outage.
		session.forget_servers()
		generation.moved()
		if self._imports_older_orders():
			polling.forget()
		if self.enable:
			item_status.retry_without_location()
		self._queue_categories()
		if self.has_value_changed("variants_become"):
			specifications.enqueue_templates()
		if self.enable and self._may_change_all_products():
			shop_items.enqueue()
			frappe.msgprint(_("The catalogue is being queued: what differs in Medusa is sent."), alert=True)
			return
		if self.enable and _shop_prices(self) != _shop_prices(self.get_doc_before_save()):
			price_events.enqueue()
			frappe.msgprint(_("The prices are being queued: what differs in Medusa is sent."), alert=True)
		if self.enable and self._moves_products():
			channel_events.enqueue()
			frappe.msgprint(_("The products whose sales channels changed are being queued."), alert=True)
		if self.enable and self._may_change_all_stock():
			frappe.enqueue(
				"medusa_integration.api.update_webitem_stock",
				queue="long",
				job_id="medusa_queue_stock",
				enqueue_after_commit=True,
			)
			frappe.msgprint(_("The stock is being queued: what differs in Medusa is sent."), alert=True)

	def on_change(self) -> None:
		setup_steps.tick()

	def _queue_categories(self) -> None:
		"""Queue the categories where their visibility may have changed."""
		if self.enable and not self.is_new() and self.has_value_changed("active_categories"):
			categories_to_medusa.queue_known()

	def _imports_older_orders(self) -> bool:
		before = (self.get_doc_before_save() or {}).get("import_since")
		return bool(before and self.import_since) and get_datetime(self.import_since) < get_datetime(before)

	def _may_change_all_products(self) -> bool:
		if any(self.has_value_changed(field) for field in FIELDS_OF_ALL_PRODUCTS):
			return True
		before = self.get_doc_before_save()
		if _sells_in_sales_unit(self) != _sells_in_sales_unit(before) or _owners(self) != _owners(before):
			return True
		if _details(self) != _details(before):
			return True
		return any(_named(self, table) != _named(before, table) for table in SELECTION)

	def _moves_products(self) -> bool:
		return channel_rules.signature(self) != channel_rules.signature(self.get_doc_before_save())

	def _may_change_all_stock(self) -> bool:
		if any(self.has_value_changed(field) for field in FIELDS_OF_ALL_STOCK):
			return True
		before = self.get_doc_before_save()
		return _places(self) != _places(before)


def _places(doc) -> set[tuple[str, str]]:
	return {(row.warehouse, row.stock_location) for row in doc.get("stock_locations") or ()}


def _sells_in_sales_unit(doc) -> bool:
	"""A configuration from before the field has none: Stock UOM."""
	return bool(doc) and doc.get("unit_in_shop") == "Sales UOM"


def _owners(doc) -> set[tuple[str, str]]:
	return {(row.field, row.owned_by) for row in doc.get("field_owners") or ()}


def _details(doc) -> tuple:
	doc = doc or {}
	rows = [
		(row.source, row.field, row.target, row.metadata_key or "", row.conversion or field_map.AS_IT_IS)
		for row in doc.get("field_map") or ()
	]
	return rows, [doc.get(field) or default for field, default in CHOICES_OF_ALL_PRODUCTS.items()]


def _shop_prices(doc) -> list[tuple]:
	rows = (doc and doc.get("shop_prices")) or ()
	return [(row.price_list, row.customer_group, row.customer, row.from_date, row.is_sale) for row in rows]


def _named(doc, table: str) -> set[str]:
	return {row.get(SELECTION[table]) for row in doc.get(table) or ()}


def _is_address(url: str) -> bool:
	"""Whether it is an http or https URL without a query, a fragment, spaces or control characters."""
	if any(sign in "?#" or sign.isspace() or not sign.isprintable() for sign in url):
		return False
	try:
		parts = urlsplit(url)
		parts.port
	except ValueError:
		return False
	return parts.scheme in ("http", "https") and bool(parts.hostname)
