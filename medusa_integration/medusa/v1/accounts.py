"""Medusa v1: signing up and logging in through the routes of the storefront's extension. Source: docs/reference.md,
"Medusa v1: accounts".
"""

from collections.abc import Mapping

from medusa_integration.medusa.account_operations import NewAccount, claim_of
from medusa_integration.medusa.errors import (
	AccountExists,
	MedusaRejected,
	MedusaSignInFailed,
	WrongPassword,
)
from medusa_integration.medusa.sign_in import Unprintable
from medusa_integration.medusa.v1.shop import Shop

TAKEN = (409, 422)  # v1's own status for a duplicate is 422


class Accounts(Shop):
	publishable_key = ""  # v1 answers without one.

	def sign_up(self, account: NewAccount, sender: Mapping[str, str]) -> dict:
		body = Unprintable(
			email=account.email,
			password=account.password,
			first_name=account.first_name,
			last_name=account.last_name,
			phone=account.phone,
			organization_name=account.company_name,
			t_c_acceptance=account.accepted,
		)
		try:
			reply = self.client.ask("POST", "/store/signup", body, sender)
		except MedusaRejected as error:
			if error.status_code not in TAKEN:
				raise
			try:
				self.log_in(account.email, account.password, sender)
			except WrongPassword:
				raise AccountExists(error.message, status_code=error.status_code) from error
			return {"customer": self._customers(account.email)[0]}  # An earlier try created it.
		told = reply.get("customer")
		customer = told if isinstance(told, dict) else {}
		id = reply.get("customer_id") or customer.get("id") or self._customers(account.email)[0]["id"]
		known = {
			"email": account.email,
			"first_name": account.first_name,
			"last_name": account.last_name,
			"phone": account.phone,
		}
		return {**reply, "customer": {**known, **customer, "id": id}}

	def log_in(self, email: str, password: str, sender: Mapping[str, str]) -> dict:
		credentials = Unprintable(email=email, password=password)
		try:
			return self.client.ask("POST", "/store/login", credentials, sender)
		except MedusaSignInFailed as error:
			raise WrongPassword(error.message, status_code=error.status_code) from error

	def customer_id_of(self, reply: dict) -> str:
		return claim_of(reply.get("access_token") or "", "customer_id")

	def has_account(self, email: str) -> bool:
		return bool(self._customers(email))

	def _customers(self, email: str) -> list[dict]:
		rows = self.client.get("/admin/customers", {"q": email, "limit": 100})["customers"]
		return [row for row in rows if row["email"] == email and row["has_account"]]
