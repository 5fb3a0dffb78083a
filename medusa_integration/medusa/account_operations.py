"""The Dialect's operations on customers' accounts: signing up and logging in, for the shop's visitors.

Source: docs/reference.md, "Accounts", "Medusa v2: accounts" and "Medusa v1: accounts".
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import jwt


@dataclass(frozen=True)
class NewAccount:
	"""The data of a sign-up.

	:param password: the password of the earlier try, where there was one
	"""

	email: str
	password: str = field(repr=False)
	first_name: str = ""
	last_name: str = ""
	phone: str = ""
	company_name: str = ""
	accepted: bool = False  # the terms and conditions


def claim_of(token: str, name: str) -> str:
	"""A text claim of a token from Medusa's reply; "" where the token lacks it or can't be read."""
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
		"""Create a customer with an account. To complete a sign-up that was cut off, repeat it with the same
		password.

		:param sender: headers of the visitor's own request, passed on to Medusa
		:returns: Medusa's reply: `{"customer": {"id", "email", …}}`, and the reply's other keys
		:raises AccountExists: where the e-mail has an account with another password
		"""

	@abstractmethod
	def log_in(self, email: str, password: str, sender: Mapping[str, str]) -> dict:
		"""Log a customer in.

		:param sender: as for `sign_up`
		:returns: Medusa's reply, with the customer's token
		:raises WrongPassword: where Medusa refuses the e-mail and password
		"""

	@abstractmethod
	def customer_id_of(self, reply: dict) -> str:
		"""The id of the customer who has logged in; "" where the reply has none.

		:param reply: of `log_in`
		"""

	@abstractmethod
	def has_account(self, email: str) -> bool:
		"""Whether a customer with this e-mail has signed up."""
