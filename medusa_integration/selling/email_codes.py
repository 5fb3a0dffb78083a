"""One-time codes that prove that somebody reads an e-mail address. Of each address the last code counts, and only its hash is
kept.

Source: docs/reference.md, "Accounts".
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

import frappe
from frappe.utils import now_datetime
from frappe.utils.password import get_encryption_key

DOCTYPE = "Email OTP"
PENDING, VERIFIED, EXPIRED = "Pending", "Verified", "Expired"
DIGITS = 6
MINUTES = 10  # that a code is valid
TRIES = 5
COST = {"n": 2**14, "r": 8, "p": 1}  # of scrypt: some 50 ms and 16 MB
NOTHING = f"{'0' * 32}${'0' * 64}"  # the hash of no code


def issue(email: str, ip: str = "") -> str:
	"""A new code for an address, in place of an earlier one.

	:param email: in lower case
	:param ip: from which it was asked for
	:raises frappe.DuplicateEntryError: where another transaction has made the address's record meanwhile
	"""
	code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
	now = now_datetime()
	values = {
		"otp": _hashed(email, code, secrets.token_bytes(16)),
		"expiration_time": now + timedelta(minutes=MINUTES),
		"status": PENDING,
		"tries": 0,
		"last_sent": now,
		"logged_in": 0,
		"ip": ip,
	}
	if frappe.db.exists(DOCTYPE, email):
		frappe.db.set_value(DOCTYPE, email, values)
	else:
		frappe.get_doc({"doctype": DOCTYPE, "email": email, **values}).insert(ignore_permissions=True)
	return code


def use_and_commit(email: str, code: str) -> bool:
	"""Use a code up. Each attempt is committed before the code is compared, so that neither two at once nor one whose process
	ends have more than the five tries. It takes as long for an address without a code.

	:returns: whether it was the address's code, still valid and not used before
	"""
	hashed = _spend_try(email)
	frappe.db.commit()
	salt = bytes.fromhex((hashed or NOTHING).partition("$")[0])
	is_right = hmac.compare_digest(_hashed(email, code, salt), hashed or NOTHING)
	row = _locked(email) if is_right else frappe._dict()
	is_first = row.get("status") == PENDING and row.otp == hashed
	if is_first:
		frappe.db.set_value(DOCTYPE, email, "status", VERIFIED)
	frappe.db.commit()
	return is_first


def give_back_and_commit(email: str) -> None:
	"""Make the code that was just used valid again: what it was for couldn't be done."""
	row = _locked(email)
	if row.get("status") == VERIFIED and row.expiration_time > now_datetime():
		frappe.db.set_value(DOCTYPE, email, "status", PENDING)
	frappe.db.commit()


def expire_otps() -> None:
	"""Each minute: mark the codes that are past their time.

	Source: docs/reference.md, "Scheduled tasks".
	"""
	otp = frappe.qb.DocType(DOCTYPE)
	(
		frappe.qb.update(otp)
		.set(otp.status, EXPIRED)
		.where((otp.status == PENDING) & (otp.expiration_time < now_datetime()))
	).run()


def _spend_try(email: str) -> str | None:
	"""The hash to compare with; None where no code is valid."""
	row = _locked(email)
	is_open = (
		row.get("status") == PENDING
		and row.tries < TRIES
		and row.expiration_time > now_datetime()
		and row.otp
	)
	if not is_open:
		return None
	frappe.db.set_value(DOCTYPE, email, "tries", row.tries + 1)
	return row.otp


def _locked(email: str) -> frappe._dict:
	fields = ["status", "tries", "expiration_time", "otp"]
	return frappe.db.get_value(DOCTYPE, email, fields, as_dict=True, for_update=True) or frappe._dict()


def _hashed(email: str, code: str, salt: bytes) -> str:
	"""Salt and hash. The site's encryption key goes into it: a copy of the database alone doesn't tell the code."""
	text = "\n".join((get_encryption_key(), email, code))
	return f"{salt.hex()}${hashlib.scrypt(text.encode(), salt=salt, dklen=32, **COST).hex()}"
