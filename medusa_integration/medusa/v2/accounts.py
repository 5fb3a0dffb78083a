"""Medusa v2: signing up and logging in. Source: docs/reference.md, "Medusa v2: accounts"."""

from collections.abc import Mapping
from typing import Any

from medusa_integration.medusa.account_operations import NewAccount, claim_of
from medusa_integration.medusa.errors import (
	AccountExists,
	MedusaRejected,
	MedusaSignInFailed,
	NoPublishableKey,
	WrongPassword,
)
from medusa_integration.medusa.sign_in import Unprintable
from medusa_integration.medusa.v2.shop import Shop

LOGIN = "/auth/customer/emailpass"
KEY = "publishable key"  # name of the remembered value


class Accounts(Shop):
	@property
	def publishable_key(self) -> str:
		return self.choice.publishable_key or self.recalled(KEY, self._first_key)

	def _first_key(self) -> str:
		params = {"type": "publishable", "fields": "id,token,type,revoked_at,created_at", "limit": 100}
		rows = self.client.get("/admin/api-keys", params)["api_keys"]
		rows = [row for row in rows if row["type"] == "publishable" and not row.get("revoked_at")]
		if not rows:
			raise NoPublishableKey(
				"Medusa has no publishable API key: make one in Medusa's admin, under Settings → Publishable API Keys"
			)
		return min(rows, key=lambda row: row.get("created_at") or "")["token"]

	def sign_up(self, account: NewAccount, sender: Mapping[str, str]) -> dict:
		token = self._register(account, sender)
		if _customer_id(token):  # An earlier try created the customer.
			return self._ask_store("GET", "/store/customers/me", None, token, sender)
		customer = {
			"email": account.email,
			"first_name": account.first_name,
			"last_name": account.last_name,
			"phone": account.phone,
			"company_name": account.company_name,
		}
		sent = {key: value for key, value in customer.items() if value}
		try:
			return self._ask_store("POST", "/store/customers", sent, token, sender)
		except MedusaRejected as error:
			if "already exists" in error.message:
				raise AccountExists(error.message, status_code=error.status_code) from error
			raise

	def _register(self, account: NewAccount, sender: Mapping[str, str]) -> str:
		"""The token of a new identity, or of the one that an earlier try created."""
		credentials = Unprintable(email=account.email, password=account.password)
		try:
			return self.client.ask("POST", f"{LOGIN}/register", credentials, sender)["token"]
		except MedusaSignInFailed as error:
			try:
				return self.log_in(account.email, account.password, sender)["token"]
			except (WrongPassword, KeyError):
				raise AccountExists(error.message, status_code=error.status_code) from error

	def log_in(self, email: str, password: str, sender: Mapping[str, str]) -> dict:
		try:
			return self.client.ask("POST", LOGIN, Unprintable(email=email, password=password), sender)
		except MedusaSignInFailed as error:
			raise WrongPassword(error.message, status_code=error.status_code) from error

	def customer_id_of(self, reply: dict) -> str:
		return _customer_id(reply.get("token") or "")

	def has_account(self, email: str) -> bool:
		params = {"email": email, "has_account": "true", "fields": "id,email,has_account", "limit": 10}
		rows = self.client.get("/admin/customers", params)["customers"]
		return any(row["email"] == email and row["has_account"] for row in rows)

	def _ask_store(self, method: str, path: str, payload: Any, token: str, sender: Mapping[str, str]) -> dict:
		"""Call the store API in the customer's name. Where Medusa refuses the remembered key, read the key
		again, once."""
		key = self.publishable_key
		try:
			return self.client.ask(method, path, payload, _headers(sender, token, key))
		except MedusaRejected as error:
			if "ublishable" not in error.message or self.choice.publishable_key:
				raise
			self.memory.remember(KEY, None)
			if self.publishable_key == key:
				raise
			return self.client.ask(method, path, payload, _headers(sender, token, self.publishable_key))


def _headers(sender: Mapping[str, str], token: str, key: str) -> dict[str, str]:
	return {**sender, "Authorization": f"Bearer {token}", "x-publishable-api-key": key}


def _customer_id(token: str) -> str:
	"""The id of a token's customer; "" for an identity that has no customer yet."""
	return claim_of(token, "actor_id")
