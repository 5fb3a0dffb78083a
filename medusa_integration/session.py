"""Open the shop that the Medusa Configuration names: its address, login and dialect."""

import time

import frappe
from frappe import _
from frappe.utils.password import get_decrypted_password, set_encrypted_password

from medusa_integration import request_log, settings
from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.dialect import Choice, Dialect
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.sign_in import Login
from medusa_integration.medusa.v1.dialect import MedusaV1
from medusa_integration.medusa.v2.dialect import MedusaV2
from medusa_integration.medusa.version import detect

DIALECTS: dict[str, type[Dialect]] = {dialect.version: dialect for dialect in (MedusaV2, MedusaV1)}
DETECTING = (3, 5)  # seconds to connect, seconds to wait for a reply, at most
MEMORY = "medusa_memory"  # prefix of the keys in Redis
REMEMBERED = 300  # seconds


class SharedMemory:
	"""A server's replies about itself, cached for some minutes so that one saved price takes one call.
	Callers ask the server again where Medusa refuses a call that relied on them.

	Redis is read once, at the start, and written by `save` only, so lanes may use the rest.

	:param url: of the server

	Source: docs/reference.md, "Delivery".
	"""

	def __init__(self, url: str) -> None:
		self.key = f"{MEMORY}:{url}"
		self.values: dict[str, tuple] = frappe.cache.get_value(self.key, expires=True) or {}
		self.is_changed = False

	def recall(self, what: str):
		"""The cached value; None if it is missing or too old."""
		value, until = self.values.get(what, (None, 0))
		return value if until > time.time() else None

	def remember(self, what: str, value) -> None:
		"""Cache a value; None removes the cached one."""
		self.values[what] = (value, time.time() + REMEMBERED)
		self.is_changed = True

	def forget(self) -> None:
		"""Forget all values."""
		self.values.clear()
		self.is_changed = True

	def save(self) -> None:
		"""Write changed values to Redis, for the site's other processes."""
		if self.is_changed:
			self.is_changed = False
			frappe.cache.set_value(self.key, dict(self.values), expires_in_sec=REMEMBERED)


def forget_servers() -> None:
	"""Forget the cached values of all servers."""
	frappe.cache.delete_keys(MEMORY)


def open_shop(version: str = "") -> Dialect:
	"""The configured shop. Makes no call, except that with the API Version on Auto the first use of an address asks the
	server for its version.

	:param version: "v2" or "v1", instead of the configured or detected one
	:raises MedusaNotConfigured: where the address or the login is missing
	"""
	config = settings.configuration()
	login = Login(
		email=config.admin_email or "", password=_secret("admin_password"), api_key=_secret("api_key")
	)
	if not config.url or not (login.api_key or (login.email and login.password)):
		frappe.throw(
			_("Fill in the Backend URL and either the admin's e-mail and password or a secret API key."),
			settings.MedusaNotConfigured,
			title=_("Medusa Configuration is incomplete"),
		)
	timing = settings.current()
	client = MedusaClient(
		config.url,
		login,
		token=_secret("access_token"),
		keep_token=_keep_token,
		observe=request_log.record,
		timeouts=(timing.connect_timeout, timing.read_timeout),
	)
	dialect = DIALECTS[
		version or settings.fixed_version() or config.detected_version or _found_version(client)
	]
	client.sign_in_path, client.key_header = dialect.sign_in_path, dialect.key_header
	return dialect(
		client,
		SharedMemory(client.url),
		Choice(
			sales_channel=config.sales_channel or "",
			stock_location=config.stock_location or "",
			shipping_profile=config.shipping_profile or "",
			time_zone=frappe.utils.get_system_timezone(),
			publishable_key=config.publishable_key or "",
		),
	)


def has_token() -> bool:
	"""Whether a sign-in with the saved e-mail and password succeeded; saving another login forgets it."""
	return bool(_secret("access_token"))


def _found_version(client: MedusaClient) -> str:
	"""The version that the server has, stored in the configuration. If none answers, the current version:
	the calls that follow fail and say why."""
	try:
		with client.patience(*DETECTING):  # With a frozen server the first real call waits long enough.
			version = detect(client)
	except MedusaError:
		version = ""
	if version and not settings.tried():
		frappe.db.set_single_value(settings.CONFIGURATION, "detected_version", version, update_modified=False)
	return version or settings.CURRENT


def _secret(fieldname: str) -> str:
	tried = settings.tried()
	typed = (tried and tried.get(fieldname)) or ""
	if tried and not (typed and tried.is_dummy_password(typed)):
		return typed
	return (
		get_decrypted_password(
			settings.CONFIGURATION, settings.CONFIGURATION, fieldname, raise_exception=False
		)
		or ""
	)


def _keep_token(token: str) -> None:
	if settings.tried():
		return
	set_encrypted_password(settings.CONFIGURATION, settings.CONFIGURATION, token, "access_token")
