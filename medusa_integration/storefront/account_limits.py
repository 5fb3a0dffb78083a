"""Limits on a visitor's requests for codes and tries of codes and passwords, and on the mails to a mailbox.

A limit applies to the visitor who exceeds it, not to the owner of the e-mail: a right code and a right
password pass, however many tries other IP addresses have made.

Source: docs/reference.md, "Accounts".
"""

from contextlib import AbstractContextManager

import frappe

from medusa_integration import counters
from medusa_integration.customers import email_codes
from medusa_integration.medusa.errors import WrongPassword
from medusa_integration.storefront import limits
from medusa_integration.storefront.limits import Limit

MINUTE, QUARTER, DAY = 60, 15 * 60, 24 * 60 * 60  # seconds
# By the visitor's network.
ASKED = Limit("asked", 30, 60 * 60)  # also visitors who are told that they have an account, or none
MAILS = (Limit("code-minute", 1, MINUTE), Limit("code-day", 10, DAY))
ALL_PASSWORDS = Limit("passwords", 50, QUARTER)
CODES = Limit("codes", 10, QUARTER)  # of visitors who haven't asked for the code
# By e-mail and network.
PASSWORDS = Limit("passwords-of", 10, QUARTER)
# By e-mail, of callers who are trusted and don't name their visitor.
UNNAMED = Limit("passwords-unnamed", 100, QUARTER)
# By mailbox.
BOX_MINUTE, BOX_DAY = Limit("box-minute", 1, MINUTE), Limit("box-day", 10, DAY)
RESETS = Limit("resets", 10, DAY)


def mailbox(email: str) -> str:
	"""The mailbox of an address: most servers deliver `name+tag@` to `name@`."""
	local, _at, domain = email.lower().rpartition("@")
	return f"{local.partition('+')[0] or local}@{domain}"


def count_question(who: str) -> None:
	"""Count a call of `send_otp`.

	:param who: the visitor's network; "" where the shop's server doesn't name it
	:raises frappe.RateLimitExceededError: too many
	"""
	if who:
		limits.count(who, ASKED)


def count_code_mail(email: str, who: str, has_account: bool) -> int:
	"""Count a mail with a code, unless the last code isn't replaced yet.

	:param email: in lower case
	:param who: the visitor's network; "" where the shop's server doesn't name it
	:param has_account: whether an account has this e-mail
	:returns: the seconds for which a mailed code isn't replaced
	:raises frappe.RateLimitExceededError: too many mails, or the visitor has no tries left for the last code
	"""
	if who:
		limits.count(who, *MAILS)
	box = mailbox(email)
	pause = email_codes.MINUTES * 60 if limits.has_reached(box, BOX_DAY) else MINUTE
	standing = email_codes.standing(email, pause)
	if standing and not standing.may_ask(who):
		limits.refuse(pause)
	if not standing:
		_count_in_box(box, is_limited=email != box and not has_account)
	return pause


def _count_in_box(box: str, *, is_limited: bool) -> None:
	"""Count a mail to a mailbox.

	:param is_limited: for sign-ups of addresses with a tag. A visitor can invent tags, so these must not use
		up the mails of the mailbox's plain address or of an account
	"""
	for limit in (BOX_MINUTE, BOX_DAY):
		if counters.counted(limit.key(box), limit.seconds) > limit.most and is_limited:
			limits.refuse(counters.seconds_left(limit.key(box)))


def signed_up(who: str) -> None:
	"""Let a visitor whose code was right for a sign-up ask for a code to log in at once: the mail of the
	sign-up no longer counts towards the one a minute. The ten a day hold.

	:param who: the visitor's network; "" where the shop's server doesn't name it
	"""
	if who:
		counters.clear(MAILS[0].key(who))


def may_mail_reset(email: str) -> bool:
	"""Count the mail of a link to set a new password.

	:returns: whether to send the mail; if not, the link in the last mail is valid
	"""
	pause = QUARTER if limits.has_reached(email, RESETS) else MINUTE
	if not counters.once(f"reset:{email}", pause):
		return False
	counters.counted(RESETS.key(email), RESETS.seconds)
	return True


def trying_password(email: str, who: str) -> AbstractContextManager[None]:
	"""Count a password before it is compared; `WrongPassword` keeps it counted.

	:param who: the visitor's network; "" where the shop's server doesn't name it
	:raises frappe.RateLimitExceededError: on entering, too many wrong ones
	"""
	counts = ((who, ALL_PASSWORDS), (f"{email} {who}", PASSWORDS)) if who else ((email, UNNAMED),)
	return limits.trying(*counts, wrong=WrongPassword)


def trying_code(email: str, who: str) -> AbstractContextManager[None]:
	"""Count a code before it is compared; `frappe.AuthenticationError` keeps it counted. A visitor who has
	asked for the code isn't counted: the code itself has limited tries.

	:param who: the visitor's network; "" where the shop's server doesn't name it
	:raises frappe.RateLimitExceededError: on entering, too many wrong ones
	"""
	standing = email_codes.standing(email)
	is_own = bool(standing) and who in standing.askers and standing.left(who) > 0
	counts = ((who, CODES),) if who and not is_own else ()
	return limits.trying(*counts, wrong=frappe.AuthenticationError)
