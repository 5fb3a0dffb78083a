"""The Medusa Configuration with its defaults."""

from dataclasses import dataclass
from datetime import date, datetime
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


class MedusaNotConfigured(frappe.ValidationError):
	"""The Medusa Configuration is off, or lacks a value that is needed."""


@dataclass
class Settings:
	"""The configuration's values with their defaults, in the units that the code uses."""

	price_list: str
	subtract_reserved: bool  # from the quantities that are sent
	batch_size: int
	max_attempts: int
	connect_timeout: int  # seconds
	read_timeout: int  # seconds

	@property
	def batch_seconds(self) -> int:
		"""Long enough for the calls of one batch, each taking its whole time-out."""
		return 5 * (self.connect_timeout + self.read_timeout)

	@property
	def lease_seconds(self) -> int:
		"""How long a claim holds unless it is renewed: a dead worker's rows are due after that."""
		return min(LEASE, self.batch_seconds)


def configuration():
	"""The Medusa Configuration, from the cache."""
	return frappe.get_cached_doc(CONFIGURATION)


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
	"""The settings of sending, with defaults for blank ones.

	Source: docs/reference.md, "Settings".
	"""
	config = configuration()
	return Settings(
		price_list=config.price_list or "Standard Selling",
		subtract_reserved=config.stock_basis == "Actual minus reserved",
		batch_size=min(config.batch_size or 100, 500),
		max_attempts=config.max_attempts or 8,
		connect_timeout=config.connect_timeout or 5,
		read_timeout=config.read_timeout or 60,
	)


@dataclass
class StorefrontSettings:
	"""The configuration's values for the storefront's functions, with their defaults."""

	company: str
	price_list: str
	customer_group: str
	sales_person: str
	territory: str | None
	lead_source: str
	quotation_days: int  # of validity
	pdf_link_days: int
	delivery_days: int
	payment_gateway_account: str | None
	mode_of_payment: str | None
	returns_email: str | None


def storefront() -> StorefrontSettings:
	"""The settings of quotations, orders and customers, with defaults for blank ones.

	:raises MedusaNotConfigured: without a company

	Source: docs/reference.md, "Settings".
	"""
	config = configuration()
	company = config.company or frappe.defaults.get_global_default("company")
	if not company:
		frappe.throw(
			_("Choose the Company in the Medusa Configuration."), MedusaNotConfigured, title=_("No company")
		)
	return StorefrontSettings(
		company=company,
		price_list=current().price_list,
		customer_group=config.customer_group or CUSTOMER_GROUP,
		sales_person=config.sales_person or SALES_PERSON,
		territory=config.territory or frappe.db.get_single_value("Selling Settings", "territory"),
		lead_source=config.lead_source or LEAD_SOURCE,
		quotation_days=config.quotation_validity or 30,
		pdf_link_days=config.pdf_link_days or 7,
		delivery_days=config.delivery_days or 1,
		payment_gateway_account=config.payment_gateway_account or None,
		mode_of_payment=config.mode_of_payment or None,
		returns_email=config.returns_email or None,
	)


@dataclass
class CouponSettings:
	"""The configuration's rules for coupons."""

	allowed: bool
	cart_value: float  # that an order has to reach
	discount: float
	expiry_date: date | None  # the first day on which coupons aren't accepted any more


def coupons() -> CouponSettings:
	"""The rules for coupons.

	Source: docs/reference.md, "Coupons".
	"""
	config = configuration()
	return CouponSettings(
		allowed=bool(config.allow_coupon_discounts),
		cart_value=flt(config.cart_value),
		discount=flt(config.discount_amount),
		expiry_date=getdate(config.coupon_expiry_date) if config.coupon_expiry_date else None,
	)


@dataclass
class OrderSettings:
	"""The configuration's values for orders and customers from Medusa, with their defaults. Tables are
	lists of their rows."""

	enabled: bool  # whether orders are looked for and brought in
	since: datetime | None  # older orders come only by Import orders
	poll_minutes: int
	submit: bool  # the Sales Orders
	guests: str  # "A Customer by e-mail", "A Customer for each order" or "One Customer"
	guest_customer: str | None
	sign_ups: str  # "Leads" or "Customers"
	sales_channels: list
	receivable_accounts: list
	tax_accounts: list
	fallback_tax_account: str | None
	shipping_is_item: bool
	shipping_account: str | None
	shipping_item: str | None
	shipping_options: list
	payment_providers: list
	invoice_on_capture: bool
	capture_in_medusa: bool
	medusa_ships: bool
	cancel_in_medusa: bool
	stock_locations: list


def orders() -> OrderSettings:
	"""The settings of orders and customers from Medusa, with defaults for blank ones.

	Source: docs/reference.md, "Settings".
	"""
	config = configuration()
	return OrderSettings(
		enabled=bool(config.enable and config.import_orders),
		since=get_datetime(config.import_since) if config.import_since else None,
		poll_minutes=config.poll_minutes or 5,
		submit=bool(config.submit_orders),
		guests=config.guest_customers or "A Customer by e-mail",
		guest_customer=config.guest_customer or None,
		sign_ups=config.new_customers or "Leads",
		sales_channels=config.sales_channels,
		receivable_accounts=config.receivable_accounts,
		tax_accounts=config.tax_accounts,
		fallback_tax_account=config.fallback_tax_account or None,
		shipping_is_item=config.shipping_as == "An item",
		shipping_account=config.shipping_account or None,
		shipping_item=config.shipping_item or None,
		shipping_options=config.shipping_options,
		payment_providers=config.payment_providers,
		invoice_on_capture=bool(config.invoice_on_capture),
		capture_in_medusa=bool(config.capture_in_medusa),
		cancel_in_medusa=bool(config.cancel_in_medusa),
		medusa_ships=config.fulfilled_by == "Medusa",
		stock_locations=config.stock_locations,
	)


def emails_are_verified() -> bool:
	"""Whether the shop itself has every address confirmed before it takes an account or a guest's order (*Shop Verifies E-mails*)."""
	return bool(configuration().shop_verifies_emails)


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


def admin_link(page: str, id: str | None) -> str:
	"""The address of a record in Medusa's admin; "" for one without an id.

	:param page: "products", "orders" or "customers"
	"""
	config = configuration()
	admin = (config.admin_url or (config.url and f"{config.url}/app") or "").rstrip("/")
	if not admin or not id:
		return ""
	version = fixed_version() or config.detected_version or CURRENT
	return f"{admin}/{'' if version == CURRENT else 'a/'}{page}/{id}"
