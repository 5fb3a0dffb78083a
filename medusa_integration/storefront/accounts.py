"""The storefront's calls by which visitors sign up and log in, with a code that is mailed to them.

Source: docs/reference.md, "Accounts".
"""

import re
from collections.abc import Callable
from typing import Annotated, Any, NoReturn

import frappe
from frappe import _
from frappe.utils import validate_email_address
from frappe.utils.password import encrypt
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from typing_extensions import TypedDict

from medusa_integration import session, settings
from medusa_integration.customers import email_codes, emails, shop_accounts
from medusa_integration.medusa.account_operations import NewAccount
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import (
	AccountExists,
	MedusaError,
	MedusaRejected,
	MedusaTooLarge,
	NotSendable,
	WrongPassword,
)
from medusa_integration.request_log import SECRET_KEY
from medusa_integration.storefront import account_limits, account_mails, visitor
from medusa_integration.storefront.access import is_trusted, public, trusted
from medusa_integration.storefront.arguments import Flag, Name, Text
from medusa_integration.storefront.customers import CustomerName, Phone
from medusa_integration.storefront.errors import Unavailable, bad_request, conflict, not_found
from medusa_integration.storefront.visitor import VisitorIp

# Documented messages, so they aren't translated.
SENT = "OTP sent successfully"
EXISTS = "Account with this mail already exists. Please login"
UNKNOWN = "Please kindly register first"

PATIENCE = (3, 15)  # seconds to connect to Medusa, and to wait for its reply, while a visitor waits
PASSED_ON = ("Origin", "Referer")
TOKENS = ("token", "access_token")  # of Medusa v2, of v1
_URL = re.compile(r"https?://[!-~]{1,1000}")
_PLAIN = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")


def _address(text: str) -> str:
	"""Check for a single address, in ASCII: the database treats letters that look alike as equal."""
	text = text.lower() if text.isascii() else text
	if not _PLAIN.fullmatch(text) or not validate_email_address(text):
		raise ValueError("must be an e-mail address")
	return text


def _digits(value: Any) -> Any:
	"""Restore the leading zeros of a code that was sent as a number."""
	is_number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**6
	return f"{value:06}" if is_number else value


Address = Annotated[Name, AfterValidator(_address), Field(examples=["aisha@clinic.example"])]
Code = Annotated[
	str,
	BeforeValidator(_digits),
	StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{6}$"),
	Field(description="the code of six digits", examples=["123456"]),
]
Password = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Token = Annotated[
	str,
	StringConstraints(strip_whitespace=True, pattern=r"^[!-~]+$", min_length=1, max_length=4000),
	Field(description="of Medusa's, for setting a new password", examples=["eyJhbGciOiJIUzI1NiJ9.e30.x"]),
]
FirstName = Annotated[Text, Field(examples=["Aisha"])]
LastName = Annotated[Text, Field(examples=["Al Harthy"])]


class Sent(TypedDict):
	message: str
	isSuccess: int


@public("POST")
def send_otp(email: Address, isLogin: Flag = False, visitor_ip: VisitorIp | None = None) -> Sent:
	"""Mail a code of six digits, valid for ten minutes and for one use.

	A visitor's IP address may cause one mail a minute and ten a day. A code isn't replaced within a minute
	after its mail: another call mails nothing, and the reply is the same. After ten mails a day to an e-mail
	address a code isn't replaced within its ten minutes.

	:param email: of the visitor who signs up or logs in
	:param isLogin: whether the code is to log in, else to sign up
	:param visitor_ip: from which the visitor calls the shop's server; honoured from the shop's server only
	:returns: `isSuccess` is 1
	:raises NotFound: to log in, where no account has this e-mail: "Please kindly register first"
	:raises Conflict: to sign up, where one has: "Account with this mail already exists. Please login"
	:raises RateLimitExceededError: the visitor has asked too often, or has no tries left for the last code
	"""
	ip = _address_of(visitor_ip)
	who = visitor.network(ip)
	account_limits.count_question(who)
	if shop_accounts.exists(email) != isLogin:
		if isLogin:
			not_found(UNKNOWN)
		conflict(EXISTS)
	pause = account_limits.count_code_mail(email, who, has_account=isLogin)
	_queue("mail_code", email=email, is_login=isLogin, ip=ip, pause=pause)
	return {"message": SENT, "isSuccess": 1}


@public("POST")
def sign_up(
	*,
	email: Address,
	first_name: FirstName = "",
	last_name: LastName = "",
	t_c_acceptance: Flag = False,
	mobile: Phone = "",
	otp: Code,
	organization_name: Annotated[Text, Field(examples=["Harbour Clinic"])] = "",
	erp_customer_id: CustomerName | None = None,
	visitor_ip: VisitorIp | None = None,
) -> dict[str, Any]:
	"""Make an account in Medusa for a visitor who got a code by mail, and log the visitor in. A background
	job makes its Lead or Customer, and a welcome is mailed.

	:param email: to which the code was mailed
	:param first_name: of the customer
	:param last_name: of the customer
	:param t_c_acceptance: whether the terms and conditions were accepted
	:param mobile: phone number
	:param otp: the code
	:param organization_name: for which the customer buys
	:param erp_customer_id: a Customer in ERPNext with this e-mail, to link instead of making a Lead; only
		from the shop's server
	:param visitor_ip: from which the visitor calls the shop's server; honoured from the shop's server only
	:returns: Medusa's reply, with the `customer`, the `customer_id`, and the customer's token as `login`
		returns it. The account is made without a token if Medusa stops answering in between: log in then
	:raises AuthenticationError: the code is wrong, used or too old, or was tried five times
	:raises PermissionError: `erp_customer_id` doesn't come from the shop's server
	:raises NotFound: there is no such Customer
	:raises Conflict: an account with this e-mail exists, or the Customer has another e-mail or an account
	:raises Unavailable: Medusa doesn't answer; the code stays valid
	:raises RateLimitExceededError: too many wrong codes from the visitor's IP address
	"""
	if erp_customer_id:
		_must_be_own(erp_customer_id, email)
	_use(email, otp, _address_of(visitor_ip))
	if shop_accounts.exists(email):
		conflict(EXISTS)
	kept = shop_accounts.kept_password(email)
	password = kept or shop_accounts.keep_new_password_and_commit(email)
	account = NewAccount(
		email=email,
		password=password,
		first_name=first_name,
		last_name=last_name,
		phone=mobile,
		company_name=organization_name,
		accepted=t_c_acceptance,
	)
	try:
		reply = _at_medusa(lambda medusa: medusa.sign_up(account, _sender()))
	except AccountExists:
		if not kept:
			shop_accounts.forget_password(email)
		frappe.db.commit()
		conflict(EXISTS)
	except Unavailable:
		email_codes.give_back_and_commit(email)
		raise
	reply = _without_secrets(reply, but=TOKENS)
	customer_id = reply["customer"].get("id") or ""
	shop_accounts.signed_up(email, customer_id)
	account_limits.signed_up(visitor.network(_address_of(visitor_ip)))
	frappe.db.commit()  # Medusa's own event of the sign-up needs the proof, and may be processed at once.
	if not any(map(reply.get, TOKENS)):
		reply |= _token_of_new(email, password)
	data = {
		"id": customer_id,
		"email": email,
		"first_name": first_name,
		"last_name": last_name,
		"mobile": mobile,
		"organization_name": organization_name,
		"t_c_acceptance": t_c_acceptance,
	}
	_queue("follow_sign_up", data=data, customer=erp_customer_id)
	account_mails.welcome(email, first_name)
	return {**reply, "customer_id": customer_id}


@public("POST")
def login(
	email: Address,
	password: Password | None = None,
	otp: Code | None = None,
	visitor_ip: VisitorIp | None = None,
) -> dict[str, Any]:
	"""Log a customer in, with the password or with a code that was mailed.

	Wrong passwords and wrong codes count apart, each by the visitor's IP address: no visitor can lock another
	one out. Where the shop's server doesn't name its visitor, wrong passwords count by e-mail.

	:param email: of the account
	:param password: of the account; or `otp`
	:param otp: the code; or `password`
	:param visitor_ip: from which the visitor calls the shop's server; honoured from the shop's server only
	:returns: Medusa's reply, with the token of the customer
	:raises BadRequest: both `password` and `otp` are sent, or neither
	:raises AuthenticationError: the password or the code is wrong
	:raises Conflict: the customer has chosen a password: log in with that
	:raises Unavailable: Medusa doesn't answer
	:raises RateLimitExceededError: too many wrong passwords or codes
	"""
	ip = _address_of(visitor_ip)
	if bool(password) == bool(otp):
		bad_request(_("Send either password or otp."))
	if password:
		return _log_in_with_password(email, password, ip)
	_use(email, otp, ip)
	kept = shop_accounts.kept_password(email)
	if not kept:
		conflict(_("This account has a password of its own: log in with that."))
	try:
		reply = _at_medusa(lambda medusa: _log_in_with_code(medusa, email, kept))
	except WrongPassword:
		conflict(_("This account has a password of its own: log in with that."))
	except Unavailable:
		email_codes.give_back_and_commit(email)
		raise
	return _without_secrets(reply, but=TOKENS)


@trusted("POST")
def send_password_reset_email(email: Address, token: Token) -> Sent:
	"""Mail a customer the link to the storefront's page where a new password is set.

	The reply is the same for an e-mail without an account, which gets no mail. A call within a minute after a
	mail, or after ten mails a day within a quarter of an hour, mails nothing: the reply is the same, and the
	link in the last mail stays valid.

	:param email: of the account
	:param token: Medusa's token, which goes into the link
	:returns: `isSuccess` is 1
	:raises Unavailable: the Medusa Configuration has no Frontend URL
	"""
	if not settings.configuration().frontend_url:
		frappe.throw(
			_("Fill in the Frontend URL in the Medusa Configuration."),
			Unavailable,
			title=_("No Frontend URL"),
		)
	if account_limits.may_mail_reset(email):
		_queue("mail_password_reset", email=email, token=encrypt(token))
	return {"message": "Password reset email sent successfully", "isSuccess": 1}


def _queue(job: str, **arguments) -> None:
	frappe.enqueue(
		f"medusa_integration.api.{job}",
		queue="short",
		enqueue_after_commit=True,
		language=frappe.local.lang,
		**arguments,
	)


def _address_of(named: str | None) -> str:
	"""The visitor's IP address; "" where a trusted caller doesn't name it.

	:param named: the address that the caller sent
	"""
	return (named or "") if is_trusted() else visitor.address()


def _use(email: str, otp: str, ip: str) -> None:
	"""
	:param ip: the visitor's
	:raises frappe.AuthenticationError: `otp` isn't the e-mail's code
	"""
	who = visitor.network(ip)
	with account_limits.trying_code(email, who):
		if not email_codes.use_and_commit(email, otp, who):
			_refuse(_("The code is wrong or has expired. Ask for a new one."))


def _log_in_with_code(medusa: Dialect, email: str, kept: str) -> dict:
	"""Log in with the account's stored password. The right code proves that the e-mail is this account's."""
	reply = medusa.log_in(email, kept, _sender())
	shop_accounts.logged_in(email, medusa.customer_id_of(reply))
	return reply


def _token_of_new(email: str, password: str) -> dict[str, str]:
	"""The token of an account that was just made; {} where Medusa doesn't log it in. The account stays: a
	failure here mustn't look like a failed sign-up."""
	try:
		reply = _at_medusa(lambda medusa: medusa.log_in(email, password, _sender()))
	except (WrongPassword, frappe.ValidationError):
		frappe.clear_messages()
		return {}
	return {key: reply[key] for key in TOKENS if reply.get(key)}


def _log_in_with_password(email: str, password: str, ip: str) -> dict:
	try:
		with account_limits.trying_password(email, visitor.network(ip)):
			reply = _at_medusa(lambda medusa: medusa.log_in(email, password, _sender()))
	except WrongPassword:
		_refuse(_("The e-mail or the password is wrong."))
	return _without_secrets(reply, but=TOKENS)


def _refuse(message: str) -> NoReturn:
	frappe.throw(message, frappe.AuthenticationError, title=_("Not accepted"))


def _must_be_own(customer: str, email: str) -> None:
	"""Refuse a Customer that has another e-mail or an account already."""
	if not is_trusted():
		frappe.throw(
			_("Only the shop's server may send erp_customer_id."),
			frappe.PermissionError,
			title=_("Not permitted"),
		)
	name = frappe.db.get_value("Customer", customer, "name")
	if name != customer:
		not_found(_("There is no Customer {0}.").format(customer))
	if not any(row.name == name and not row.medusa_id for row in emails.customers_with(email)):
		conflict(_("{0} has another e-mail, or an account in the shop already.").format(customer))


def _at_medusa(call: Callable[[Dialect], dict]) -> dict:
	"""Medusa's reply.

	:raises AccountExists: as the call
	:raises WrongPassword: as the call
	:raises BadRequest: Medusa refuses the sent data
	:raises Unavailable: no usable reply
	"""
	medusa = session.open_shop()
	try:
		with medusa.client.patience(*PATIENCE):
			return call(medusa)
	except (AccountExists, WrongPassword):
		raise
	except MedusaError as error:
		is_refusal = isinstance(error, MedusaRejected) and not isinstance(error, NotSendable | MedusaTooLarge)
		if is_refusal and "ublishable" not in error.message:
			bad_request(_("Medusa doesn't accept this: {0}").format(error.message))
		frappe.log_error(
			title="Storefront: Medusa doesn't take a sign-up or log-in",
			message=error.message,
			defer_insert=True,
		)
		frappe.throw(
			_("The shop can't do this now. Try again later."), Unavailable, title=_("Medusa doesn't answer")
		)
	finally:
		medusa.memory.save()


def _sender() -> dict[str, str]:
	"""The headers of the request that Medusa gets too."""
	found = {name: frappe.request.headers.get(name, "") for name in PASSED_ON} if frappe.request else {}
	return {name: value for name, value in found.items() if _URL.fullmatch(value)}


def _without_secrets(reply: dict, but: tuple[str, ...] = ()) -> dict:
	"""Medusa's reply without values that could be passwords, such as v1's password_hash.

	:param but: the keys that stay
	"""
	return {
		key: _without_secrets(value) if isinstance(value, dict) else value
		for key, value in reply.items()
		if key in but or not SECRET_KEY.search(key)
	}
