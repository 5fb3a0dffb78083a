"""A sign-in to one Medusa server: the login and the token that all threads of a session share.

Source: docs/reference.md, "Medusa v2: sign-in" and "Medusa v1: sign-in".
"""

import threading
import time
from dataclasses import dataclass, field

import jwt

# Seconds before a token's end at which it is renewed: a token has to last through the longest call.
TOKEN_MARGIN = 300


@dataclass(frozen=True)
class Login:
	"""How to sign in: a secret API key, or an admin user's e-mail and password."""

	email: str = ""
	password: str = field(default="", repr=False)
	api_key: str = field(default="", repr=False)


@dataclass(eq=False)
class Token:
	"""One sign-in's token. Tokens are compared by identity: two sign-ins within a second return the same text."""

	text: str = field(repr=False)


class SignedIn:
	"""The sign-in that a client shares with its twins, so that one of them fetches the token for all."""

	def __init__(self, token: str) -> None:
		self.token = Token(token)
		self.lock = threading.Lock()

	def end(self, token: Token) -> None:
		"""Forget a token that Medusa refuses, unless a twin has replaced it already."""
		with self.lock:
			if self.token is token:
				self.token = Token("")


def lasts(token: str) -> bool:
	"""Whether a token lasts longer than TOKEN_MARGIN."""
	try:
		claims = jwt.decode(token, options={"verify_signature": False})
	except jwt.InvalidTokenError:
		return False
	return claims.get("exp", 0) > time.time() + TOKEN_MARGIN


class Unprintable(dict):
	"""A payload whose values tracebacks with local variables don't show."""

	def __repr__(self) -> str:
		return "{…}"


def without_login(url: str) -> str:
	"""A URL without user name and password: no call needs them, and logs would show them."""
	scheme, separator, rest = url.rpartition("://")
	host, slash, path = rest.partition("/")
	return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"
