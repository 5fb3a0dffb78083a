"""The part of the Dialect that is about customers' accounts: signing up and logging in, as the shop's visitors do it.

Source: docs/reference.md, "Accounts", "Medusa v2: accounts" and "Medusa v1: accounts".
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import jwt


@dataclass(frozen=True)
class NewAccount:
	"""Who signs up.

	:param password: the one with which an earlier try was made, where there was one
	"""

	email: str
	password: str = field(repr=False)
	first_name: str = ""
	last_name: str = ""
	phone: str = ""
	company_name: str = ""
	accepted: bool = False  # the terms and conditions


def claim_of(token: str, name: str) -> str:
	"""A text in a token that Medusa has just replied with; "" where it isn't there, or the token can't be read."""
	try:
		claim = jwt.decode(token, options={"verify_signature": False}).get(name)
	except jwt.InvalidTokenError:
		return ""
	return claim if isinstance(claim, str) else ""


class AccountOperations(ABC):
	"""
	:cvar needs_publishable_key: whether the store API answers only calls that have the publishable key
	"""

	needs_publishable_key: ClassVar[bool] = False

	@property
	@abstractmethod
	def publishable_key(self) -> str:
		"""The chosen publishable key, else the server's first one; "" where the version needs none.

		:raises NoPublishableKey: where the server has none
		"""

	@abstractmethod
	def sign_up(self, account: NewAccount, sender: Mapping[str, str]) -> dict:
		"""Make a customer with an account. A sign-up that was cut off before its end is completed by repeating it with the
		same password.

		:param sender: headers of the visitor's own request, which Medusa gets too
		:returns: Medusa's reply: `{"customer": {"id", "email", …}}`
		:raises AccountExists: somebody has signed up with this e-mail and another password
		"""

	@abstractmethod
	def log_in(self, email: str, password: str, sender: Mapping[str, str]) -> dict:
		"""Log a customer in.

		:param sender: as of `sign_up`
		:returns: Medusa's reply, with the customer's token
		:raises WrongPassword: Medusa refuses them
		"""

	@abstractmethod
	def customer_id_of(self, reply: dict) -> str:
		"""The id of the customer who has logged in; "" where the reply doesn't tell it.

		:param reply: of `log_in`
		"""

	@abstractmethod
	def has_account(self, email: str) -> bool:
		"""Whether a customer with this e-mail has signed up."""
