"""The Medusa Configuration with its defaults."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import flt, get_datetime, get_system_timezone, getdate

CONFIGURATION = "Medusa Configuration"
VERSIONS = ("v2", "v1")
CURRENT = "v2"
LEASE = 45  # seconds
# Records that are made at install.
CUSTOMER_GROUP = "Ecommerce Customer"
SALES_PERSON = "Website Sales"
LEAD_SOURCE = "Website"
QUOTATION_EMAIL = "Medusa Quotation Ready"
# `{table of the Product Collection: (setting, Item Group where it is blank)}`
CATEGORIES = {
	"dental_items": ("dental_group", "Dental"),
	"medical_items": ("medical_group", "Medical"),
	"infection_control_items": ("infection_control_group", "Infection Control"),
	"medical_laboratory_ivd_items": ("medical_laboratory_group", "Medical Laboratory IVD"),
}
# `{DocType: field with the naming series of the shop's documents}`
SERIES = {
	"Sales Order": "sales_order_series",
	"Delivery Note": "delivery_note_series",
	"Sales Invoice": "sales_invoice_series",
	"Customer": "customer_series",
}
T = TypeVar("T")


class MedusaNotConfigured(frappe.ValidationError):
	"""The Medusa Configuration is off, or lacks a value that is needed."""


class Field(Generic[T]):
	"""A field of the configuration; a blank one has its default.

	:param name: of the field, where it isn't that of the attribute
	"""

	def __init__(self, default: T, name: str = "") -> None:
		self.default, self.name = default, name

	def __set_name__(self, owner: type, name: str) -> None:
		self.name = self.name or name

	def __get__(self, settings: "Settings", owner: type | None = None) -> T:
		value = settings.configuration.get(self.name) or self.default
		return bool(value) if isinstance(self.default, bool) else value


class Settings:
	"""The configuration's values with their defaults, in the units that the code uses. Tables are lists of their rows.

	Source: docs/reference.md, "Settings".
	"""

	def __init__(self, configuration) -> None:
		self.configuration = configuration

	# --- sending
	price_list = Field("Standard Selling")
	max_attempts = Field(8)
	connect_timeout = Field(5)  # seconds
	read_timeout = Field(60)  # seconds
	shop_prices = Field[Any](())
	stock_locations = Field[Any](())
	field_owners = Field[Any](())
	field_map = Field[Any](())
	sends_seo = Field(False, "send_seo")
	brand_becomes = Field("Metadata only")

	@property
	def drafts_unpublished(self) -> bool:
		"""Whether saving an unpublished Website Item makes a draft in Medusa."""
		return self.configuration.get("unpublished_items") != "Stay in ERPNext"

	@property
	def groups_are_categories(self) -> bool:
		"""Whether Item Groups are product categories; Medusa v1 has none."""
		return self.configuration.get("item_groups_become") in ("Categories", "Both") and not self.is_v1

	@property
	def groups_are_collections(self) -> bool:
		"""Whether Item Groups are collections."""
		return self.configuration.get("item_groups_become") != "Categories" or self.is_v1

	@property
	def is_v1(self) -> bool:
		"""Whether the shop's Medusa is of version 1, as far as is known."""
		return (fixed_version() or self.configuration.detected_version) == "v1"

	@property
	def hides_categories(self) -> bool:
		"""Whether a category is active only where its Item Group has *Show in Website*."""
		return self.configuration.get("active_categories") == "Those with Show in Website"

	@property
	def variants_are_options(self) -> bool:
		"""Whether the variants of a template are the variants of one product, rather than products of their own."""
		return self.configuration.get("variants_become") == "Options of one product"

	@property
	def handles_are_routes(self) -> bool:
		"""Whether a product's handle is the last part of its Website Item's route."""
		return self.configuration.get("handle_from") == "Route"

	@property
	def batch_size(self) -> int:
		return min(self.configuration.batch_size or 100, 500)

	@property
	def subtract_reserved(self) -> bool:
		"""Whether reserved stock is subtracted from the quantities that are sent."""
		return self.configuration.stock_basis == "Actual minus reserved"

	@property
	def sells_in_sales_unit(self) -> bool:
		"""Whether the shop sells Items in their Default Sales Unit of Measure."""
		return self.configuration.unit_in_shop == "Sales UOM"

	@property
	def batch_seconds(self) -> int:
		"""Long enough for the calls of one batch, each taking its whole time-out."""
		return 5 * (self.connect_timeout + self.read_timeout)

	@property
	def lease_seconds(self) -> int:
		"""How long a claim holds unless it is renewed: a dead worker's rows are due after that."""
		return min(LEASE, self.batch_seconds)

	# --- quotations, customers, mails
	customer_group = Field(CUSTOMER_GROUP)
	sales_person = Field(SALES_PERSON)
	lead_source = Field(LEAD_SOURCE)
	quotation_days = Field(30, "quotation_validity")
	pdf_link_days = Field(7)
	delivery_days = Field(1)
	payment_gateway_account = Field[str | None](None)
	mode_of_payment = Field[str | None](None)
	returns_email = Field[str | None](None)

	@property
	def company(self) -> str:
		""":raises MedusaNotConfigured: without a company"""
		company = company_or_none()
		if not company:
			frappe.throw(
				_("Choose the Company in the Medusa Configuration."),
				MedusaNotConfigured,
				title=_("No company"),
			)
		return company

	@property
	def territory(self) -> str | None:
		return self.configuration.territory or frappe.db.get_single_value("Selling Settings", "territory")

	@property
	def price_visibility_threshold(self) -> float:
		"""In the company's currency: from this price on the storefront shows none; 0: it shows all."""
		return flt(self.configuration.price_visibility_threshold)

	# --- coupons
	allow_coupon_discounts = Field(False)

	@property
	def cart_value(self) -> float:
		"""That an order has to reach for a coupon."""
		return flt(self.configuration.cart_value)

	@property
	def coupon_discount(self) -> float:
		return flt(self.configuration.discount_amount)

	@property
	def coupon_expiry_date(self) -> date | None:
		"""The first day on which coupons aren't accepted any more."""
		day = self.configuration.coupon_expiry_date
		return getdate(day) if day else None

	# --- orders and customers from Medusa
	poll_minutes = Field(5)
	submit_orders = Field(False)
	default_item = Field[str | None](None)
	guest_customers = Field("A Customer by e-mail")  # or "A Customer for each order", "One Customer"
	guest_customer = Field[str | None](None)
	new_customers = Field("Leads")  # or "Customers"
	sales_channels = Field[Any](())
	receivable_accounts = Field[Any](())
	tax_accounts = Field[Any](())
	fallback_tax_account = Field[str | None](None)
	shipping_account = Field[str | None](None)
	shipping_item = Field[str | None](None)
	shipping_options = Field[Any](())
	return_fee_account = Field[str | None](None)
	credit_account = Field[str | None](None)
	payment_providers = Field[Any](())
	invoice_on_capture = Field(False)
	capture_in_medusa = Field(False)
	cancel_in_medusa = Field(False)

	@property
	def imports_orders(self) -> bool:
		"""Whether orders are looked for and brought in."""
		return bool(self.configuration.enable and self.configuration.import_orders)

	@property
	def import_since(self) -> datetime | None:
		"""Older orders come only by Import orders."""
		since = self.configuration.import_since
		return get_datetime(since) if since else None

	@property
	def shipping_is_item(self) -> bool:
		return self.configuration.shipping_as == "An item"

	@property
	def medusa_ships(self) -> bool:
		return self.configuration.fulfilled_by == "Medusa"


def configuration():
	"""The Medusa Configuration, from the cache, or the one that is being tried."""
	return tried() or frappe.get_cached_doc(CONFIGURATION)


def tried():
	"""The configuration with values that aren't saved, inside `trying`; else None."""
	return getattr(frappe.local, "medusa_tried", None)


@contextmanager
def trying(document) -> Iterator[None]:
	"""In the block the settings are those of this document, which isn't saved. Only for what writes nothing."""
	frappe.local.medusa_tried = document
	try:
		yield
	finally:
		frappe.local.medusa_tried = None


def company_or_none() -> str | None:
	"""The configuration's company, or else the site's default one."""
	return configuration().company or frappe.defaults.get_global_default("company")


def enabled() -> bool:
	"""Whether records are queued and sent."""
	return bool(configuration().enable)


def must_be_enabled() -> None:
	"""Refuse a user's action while the integration is off.

	:raises MedusaNotConfigured: while it is off
	"""
	if not enabled():
		frappe.throw(
			_("Enable the integration in the Medusa Configuration first."),
			MedusaNotConfigured,
			title=_("Medusa is switched off"),
		)


def current() -> Settings:
	"""The configuration's values, with defaults for blank ones."""
	return Settings(configuration())


def emails_are_verified() -> bool:
	"""Whether the shop itself has every address confirmed before it takes an account or a guest's order (*Shop Verifies E-mails*)."""
	return bool(configuration().shop_verifies_emails)


def series(doctype: str) -> dict[str, str]:
	"""The value by which a new document of the shop gets the configuration's naming series; {} for ERPNext's own."""
	chosen = configuration().get(SERIES[doctype])
	return {"naming_series": chosen} if chosen else {}


def categories() -> dict[str, str]:
	"""`{table of the Product Collection: Item Group}`, with defaults for blank ones. The Item Groups needn't
	exist.

	Source: docs/reference.md, "Settings".
	"""
	config = configuration()
	return {table: config.get(field) or default for table, (field, default) in CATEGORIES.items()}


def local_time(at: datetime) -> datetime:
	"""A time from Medusa as the site's fields store times: naive, in the system's time zone."""
	return at.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None) if at.tzinfo else at


def medusa_time(at: datetime) -> datetime:
	"""A time of one of the site's fields, with its time zone."""
	return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(get_system_timezone()))


def calls_per_minute() -> int:
	"""How often one address may call one of the storefront's functions."""
	return configuration().calls_per_minute or 600


def storefront_origins() -> list[str]:
	"""The origins whose pages may read the public functions' replies in a browser."""
	return (configuration().storefront_origins or "").split()


def proxies_in_front() -> int:
	"""How many proxies of the site's own a request passes on its way here."""
	return max(configuration().proxies_in_front or 0, 0)


def fixed_version() -> str:
	"""The version that the configuration names; "" where the server is asked for it."""
	chosen = configuration().api_version
	return chosen if chosen in VERSIONS else ""


def version() -> str:
	"""The version of the configured server, as far as it is known without asking it."""
	return fixed_version() or configuration().detected_version or CURRENT


def admin_link(page: str, id: str | None) -> str:
	"""The address of a record in Medusa's admin; "" for one without an id, and where the site's configuration says
	`medusa_has_no_admin`, of a server that runs without its admin.

	:param page: "products", "orders" or "customers"
	"""
	config = configuration()
	admin = (config.admin_url or (config.url and f"{config.url}/app") or "").rstrip("/")
	if not admin or not id or frappe.conf.medusa_has_no_admin:
		return ""
	return f"{admin}/{'' if version() == CURRENT else 'a/'}{page}/{id}"


def product_page(id: str, handle: str) -> str:
	"""The address of a product in the storefront, as *Product Page* says; "" without the setting."""
	address = configuration().product_page or ""
	for name, value in (("{id}", id), ("{handle}", handle)):
		address = address.replace(name, quote(value, safe=""))
	return address


def page_needs_handle() -> bool:
	"""Whether *Product Page* has a place for the product's handle."""
	return "{handle}" in (configuration().product_page or "")
