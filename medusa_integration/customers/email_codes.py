"""One-time codes that prove that a visitor reads an e-mail address. Only the last code of each address is
valid, and only its hash is stored.

Source: docs/reference.md, "Accounts".
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import timedelta

import frappe
from frappe.utils import now_datetime
from frappe.utils.password import get_encryption_key

EACH = 5
MOST_ASKERS = 5  # with tries of their own: more of them would make a code easier to guess


@dataclass
class CodeTries:
	"""The number of tries of a code, by visitor. A visitor is named by the network of the IP address."""

	askers: dict[str, int] = field(default_factory=dict)
	others: int = 0

	@classmethod
	def of(cls, stored: str | None) -> "CodeTries":
		"""The tries in a record's field `askers`; none where the field can't be read."""
		try:
			found = json.loads(stored or "{}")
			return cls({str(who): int(tries) for who, tries in found["askers"].items()}, int(found["others"]))
		except (ValueError, KeyError, TypeError, AttributeError):
			return cls()

	def stored(self) -> str:
		"""The value for the record's field."""
		return json.dumps(asdict(self))

	@property
	def total(self) -> int:
		"""The number of all tries."""
		return sum(self.askers.values()) + self.others

	def ask(self, who: str) -> None:
		"""Give a visitor who asks for the code tries of their own, unless `MOST_ASKERS` have them."""
		if len(self.askers) < MOST_ASKERS:
			self.askers.setdefault(who, 0)

	def may_ask(self, who: str) -> bool:
		"""Whether a visitor who asks for the code can still try it."""
		return self.left(who) > 0 or (who not in self.askers and len(self.askers) < MOST_ASKERS)

	def left(self, who: str) -> int:
		"""The number of tries that a visitor has left."""
		return EACH - self.askers.get(who, self.others)

	def count(self, who: str, number: int = 1) -> None:
		"""Count tries of a visitor; -1 takes one back."""
		if who in self.askers:
			self.askers[who] += number
		else:
			self.others += number


DOCTYPE = "Email OTP"
PENDING, VERIFIED, EXPIRED = "Pending", "Verified", "Expired"
DIGITS = 6
MINUTES = 10  # validity of a code
FIELDS = ["status", "expiration_time", "last_sent", "otp", "askers"]
COST = {"n": 2**14, "r": 8, "p": 1}  # of scrypt: some 50 ms and 16 MB
NOTHING = f"{'0' * 32}${'0' * 64}"  # the hash of no code


def issue(email: str, ip: str = "", *, asker: str = "", pause: int = 0) -> str:
	"""Issue a new code for an address in place of an earlier one. Where the earlier code stands, return "",
	and give the asker tries for that code.

	:param email: in lower case
	:param ip: from which it was asked for
	:param asker: the network of `ip`, which has tries of its own
	:param pause: seconds after its mail for which a code stands
	:raises frappe.DuplicateEntryError: where another transaction has just made the address's record
	"""
	exists = frappe.db.exists(DOCTYPE, email)
	row = _locked(email) if exists else frappe._dict()
	if _stands(row, pause):
		_store_tries(email, _asked(row.askers, asker))
		return ""
	code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
	now = now_datetime()
	values = {
		"otp": _hashed(email, code, secrets.token_bytes(16)),
		"expiration_time": now + timedelta(minutes=MINUTES),
		"status": PENDING,
		"tries": 0,
		"askers": _asked(None, asker).stored(),
		"last_sent": now,
		"logged_in": 0,
		"ip": ip,
	}
	if exists:
		frappe.db.set_value(DOCTYPE, email, values)
	else:
		frappe.get_doc({"doctype": DOCTYPE, "email": email, **values}).insert(ignore_permissions=True)
	return code


def standing(email: str, pause: int = MINUTES * 60) -> CodeTries | None:
	"""The tries of an address's code; None where no code is valid, or the code was mailed more than `pause`
	seconds ago."""
	row = frappe.db.get_value(DOCTYPE, email, FIELDS, as_dict=True) or frappe._dict()
	return CodeTries.of(row.askers) if _stands(row, pause) else None


def not_sent(email: str) -> None:
	"""Note that the last code could not be mailed: the next request gets a new one at once."""
	frappe.db.set_value(DOCTYPE, email, "last_sent", None)


def use_and_commit(email: str, code: str, who: str = "") -> bool:
	"""Use a code up. Each try is committed before the code is compared, so that neither concurrent calls nor
	a process that ends get extra tries. The call takes as long for an address without a code.

	:param who: the network of the visitor who tries it
	:returns: whether it was the address's code, still valid and not used before
	"""
	hashed = _spend_try(email, who)
	frappe.db.commit()
	salt = bytes.fromhex((hashed or NOTHING).partition("$")[0])
	is_right = hmac.compare_digest(_hashed(email, code, salt), hashed or NOTHING)
	row = _locked(email) if is_right else frappe._dict()
	is_first = row.get("status") == PENDING and row.otp == hashed
	if is_first:
		tries = CodeTries.of(row.askers)
		tries.count(who, -1)  # The use may be given back, and then repeated more than five times.
		_store_tries(email, tries)
		frappe.db.set_value(DOCTYPE, email, "status", VERIFIED)
	frappe.db.commit()
	return is_first


def give_back_and_commit(email: str) -> None:
	"""Make a code that was just used valid again, because its purpose failed."""
	row = _locked(email)
	if row.get("status") == VERIFIED and row.expiration_time > now_datetime():
		frappe.db.set_value(DOCTYPE, email, "status", PENDING)
	frappe.db.commit()


def expire_otps() -> None:
	"""Each minute: mark the codes that are past their time as Expired, in one statement.

	Source: docs/reference.md, "Scheduled tasks".
	"""
	otp = frappe.qb.DocType(DOCTYPE)
	(
		frappe.qb.update(otp)
		.set(otp.status, EXPIRED)
		.where((otp.status == PENDING) & (otp.expiration_time < now_datetime()))
	).run()


def _spend_try(email: str, who: str) -> str | None:
	"""Count a try and return the hash to compare with; None where no code is valid or no try is left."""
	row = _locked(email)
	tries = CodeTries.of(row.askers)
	if not _is_valid(row) or tries.left(who) < 1:
		return None
	tries.count(who)
	_store_tries(email, tries)
	return row.otp


def _asked(stored: str | None, asker: str) -> CodeTries:
	tries = CodeTries.of(stored)
	tries.ask(asker)
	return tries


def _store_tries(email: str, tries: CodeTries) -> None:
	frappe.db.set_value(DOCTYPE, email, {"askers": tries.stored(), "tries": tries.total})


def _stands(row: frappe._dict, pause: int) -> bool:
	"""Whether a code is valid that was mailed at most `pause` seconds ago."""
	return (
		_is_valid(row) and bool(row.last_sent) and row.last_sent > now_datetime() - timedelta(seconds=pause)
	)


def _is_valid(row: frappe._dict) -> bool:
	return bool(row.get("status") == PENDING and row.otp and row.expiration_time > now_datetime())


def _locked(email: str) -> frappe._dict:
	return frappe.db.get_value(DOCTYPE, email, FIELDS, as_dict=True, for_update=True) or frappe._dict()


def _hashed(email: str, code: str, salt: bytes) -> str:
	"""The salt and hash of a code. The site's encryption key goes into the hash: a copy of the database alone
	doesn't reveal the code."""
	text = "\n".join((get_encryption_key(), email, code))
	return f"{salt.hex()}${hashlib.scrypt(text.encode(), salt=salt, dklen=32, **COST).hex()}"
