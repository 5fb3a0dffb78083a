"""From the Medusa Configuration to an open shop: who signs in where, which dialect, which settings."""

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils.password import get_decrypted_password, set_encrypted_password

from medusa_integration import request_log
from medusa_integration.medusa.client import Login, MedusaClient
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.v1.dialect import MedusaV1
from medusa_integration.medusa.v2.dialect import MedusaV2
from medusa_integration.medusa.version import detect

CONFIGURATION = "Medusa Configuration"
DIALECTS = {dialect.version: dialect for dialect in (MedusaV2, MedusaV1)}
CURRENT = "v2"
DETECTING = (3, 5)  # seconds to connect, seconds to wait for a reply, at most
MEMORY = "medusa_memory"  # its keys in Redis begin so


class MedusaNotConfigured(frappe.ValidationError):
	"""The Medusa Configuration lacks what is needed to call Medusa."""


class Memory:
	"""What a server said about itself, for a few minutes: so that one saved price takes one call. Whoever relies on it
	asks again where Medusa, or what is needed, says otherwise.

	:param url: of the server
	"""

	def __init__(self, url: str) -> None:
		self.key = f"{MEMORY}:{url}:"

	def recall(self, what: str):
		"""What `remember` was told; None where that is some time ago."""
		return frappe.cache.get_value(self.key + what, expires=True)

	def remember(self, what: str, value) -> None:
		"""Keep `value`; None: forget what was kept."""
		frappe.cache.set_value(self.key + what, value, expires_in_sec=300)


@dataclass
class Settings:
	"""The configuration's values with their defaults, in the units that the code uses."""

	price_list: str
	subtract_reserved: bool  # from the stock that the shop is told of
	batch_size: int
	max_attempts: int
	connect_timeout: int  # seconds
	read_timeout: int  # seconds

	@property
	def lease_seconds(self) -> int:
		"""Long enough for the calls of one batch, each as slow as it may be."""
		return 5 * (self.connect_timeout + self.read_timeout)


def configuration():
	"""The Medusa Configuration, from the cache."""
	return frappe.get_cached_doc(CONFIGURATION)


def enabled() -> bool:
	"""Whether anything is to be recorded for Medusa and sent there."""
	return bool(configuration().enable)


def must_be_enabled() -> None:
	"""For what somebody asks for.

	:raises MedusaNotConfigured: while the integration is off
	"""
	if not enabled():
		frappe.throw(
			_("Enable the integration in the Medusa Configuration first."),
			MedusaNotConfigured,
			title=_("Medusa is switched off"),
		)


def settings() -> Settings:
	"""The settings of sending, with their defaults where they are left blank."""
	config = configuration()
	return Settings(
		price_list=config.price_list or "Standard Selling",
		subtract_reserved=config.stock_basis == "Actual minus reserved",
		batch_size=min(config.batch_size or 100, 500),
		max_attempts=config.max_attempts or 8,
		connect_timeout=config.connect_timeout or 5,
		read_timeout=config.read_timeout or 60,
	)


def admin_link(page: str, id: str | None) -> str:
	"""Where Medusa's admin shows a record; "" for one that isn't there.

	:param page: "products" or "orders"
	"""
	config = configuration()
	admin = (config.admin_url or (config.url and f"{config.url}/app") or "").rstrip("/")
	if not admin or not id:
		return ""
	version = fixed_version() or config.detected_version or CURRENT
	return f"{admin}/{'' if version == CURRENT else 'a/'}{page}/{id}"


def fixed_version() -> str:
	"""The version that the configuration insists on; "" where it is found out."""
	chosen = configuration().api_version
	return chosen if chosen in DIALECTS else ""


def open_shop(version: str = "") -> MedusaV2 | MedusaV1:
	"""The configured shop, ready to be called. Nothing is sent yet, but at the first use of an address, where the
	configuration leaves the version to us: then Medusa is asked for it, once.

	:param version: "v2" or "v1", where the caller knows better
	:raises MedusaNotConfigured: where the address or the login is missing
	"""
	config = configuration()
	login = Login(
		email=config.admin_email or "", password=_secret("admin_password"), api_key=_secret("api_key")
	)
	if not config.url or not (login.api_key or (login.email and login.password)):
		frappe.throw(
			_("Fill in the Backend URL and either the admin's e-mail and password or a secret API key."),
			MedusaNotConfigured,
			title=_("Medusa Configuration is incomplete"),
		)
	timing = settings()
	client = MedusaClient(
		config.url,
		login,
		token=_secret("access_token"),
		keep_token=_keep_token,
		observe=request_log.record,
		timeouts=(timing.connect_timeout, timing.read_timeout),
	)
	dialect = DIALECTS[version or fixed_version() or config.detected_version or _found_version(client)]
	client.sign_in_path, client.key_header = dialect.sign_in_path, dialect.key_header
	return dialect(
		client,
		Memory(client.url),
		sales_channel=config.sales_channel or "",
		stock_location=config.stock_location or "",
		shipping_profile=config.shipping_profile or "",
		time_zone=frappe.utils.get_system_timezone(),
	)


def _found_version(client: MedusaClient) -> str:
	"""The version that answers, kept for the next time. Where none does, it is a matter of the calls that follow to
	say why."""
	try:
		with client.patience(*DETECTING):  # a frozen server's first call takes its time-out soon enough
			version = detect(client)
	except MedusaError:
		version = ""
	if version:
		frappe.db.set_single_value(CONFIGURATION, "detected_version", version, update_modified=False)
	return version or CURRENT


def _secret(fieldname: str) -> str:
	return get_decrypted_password(CONFIGURATION, CONFIGURATION, fieldname, raise_exception=False) or ""


def _keep_token(token: str) -> None:
	set_encrypted_password(CONFIGURATION, CONFIGURATION, token, "access_token")
