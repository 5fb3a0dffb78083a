"""Access to the storefront's functions.

A trusted caller is the shop's server: it signs its requests, or sends the API key of a user with the role
Medusa Storefront. It acts for all of the shop's customers. The functions ignore permissions for the documents
that they are about, so the role needs none.

A function that anyone may call is public. A stranger has no customer: the reply leaves out customers' values.

Source: docs/reference.md, "Access".
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import NoReturn

import frappe
from frappe import _

from medusa_integration import settings, signature
from medusa_integration.products import channels
from medusa_integration.storefront import cached, limits, replies, visitor
from medusa_integration.storefront.arguments import CUSTOMERS, Arguments, SalesChannel
from medusa_integration.storefront.errors import TooLarge, Unavailable, bad_request
from medusa_integration.storefront.limits import Limit
from medusa_integration.users import as_user
from medusa_integration.window import shown_items

ROLE = "Medusa Storefront"
VISITOR = "visitor_ip"  # honoured for callers who have proven who they are
LARGEST_BODY = 1024 * 1024  # bytes
CHANNEL = "sales_channel"  # argument of the functions that show products
_TRUSTED = "medusa_trusted_caller"


@dataclass(frozen=True)
class Endpoint:
	"""A function that the storefront calls, for the description of the API."""

	function: Callable  # as it was written, without the checks
	methods: tuple[str, ...]  # of HTTP
	is_public: bool = False
	cached: int = 0  # seconds for which a stranger's reply may be cached
	shows_products: bool = False  # takes CHANNEL


ENDPOINTS: dict[str, Endpoint] = {}


def trusted(*methods: str, shows_products: bool = False) -> Callable:
	"""Whitelist a function for the shop's server alone.

	A request is refused (401, 403) unless it comes from a trusted caller. It counts towards the limit of the
	caller's address (429). Its arguments are checked against the function's signature (400). A failed call is
	rolled back. A call that collides with another one is tried again.

	In a job or a console the function is called as it is. In a request the checks always hold; Python code
	that has checked its caller itself calls `ENDPOINTS[name].function`.

	:param methods: of HTTP; POST for a function that writes, because Frappe doesn't commit a GET
	:param shows_products: the function takes the argument `sales_channel` as well, which narrows shown_items.is_shown
	"""

	return _door(methods, _trusted_user, is_public=False, shows_products=shows_products)


def public(*methods: str, cached: int = 0, shows_products: bool = False) -> Callable:
	"""Whitelist a function for anyone, such as a browser.

	As `trusted`, but a stranger isn't refused: the call is made in the name of the session's user, without
	the arguments that name a customer. A function that may be called by GET reads the catalogue.

	:param methods: of HTTP
	:param cached: the seconds for which a stranger's reply may be cached, see cached.py; 0: it isn't cached.
		A cached function reads only data whose changes begin another generation of the catalogue, and no data
		that identifies its caller
	:param shows_products: as of `trusted`
	"""
	return _door(methods, _known_user, is_public=True, seconds=cached, shows_products=shows_products)


def shop_or_desk(
	*methods: str, write: str, checked: Callable[[Callable], Callable] = lambda function: function
) -> Callable:
	"""Whitelist a function of the Desk for the shop's server, too, as `trusted`. Desk users need a right; portal users
	and strangers are refused. It isn't one of the `ENDPOINTS`, which are the shop's alone.

	:param methods: of HTTP; by GET a function commits, too
	:param write: the DocType that a Desk user, a job's and a console's user too, needs write permission for
	:param checked: the Desk's check of the arguments
	"""

	def for_desk(function: Callable) -> Callable:
		@wraps(function)
		def with_right(*args, **given):
			frappe.has_permission(write, "write", throw=True)
			return function(*args, **given)

		return checked(with_right)

	return _door(methods, _trusted_or_no_user, is_public=False, for_desk=for_desk)


def is_trusted() -> bool:
	"""Whether the request is a trusted caller's, inside one of the functions."""
	return bool(frappe.flags.get(_TRUSTED))


def _door(
	methods: tuple[str, ...],
	user_of: Callable[[], str | None],
	*,
	is_public: bool,
	seconds: int = 0,
	shows_products: bool = False,
	for_desk: Callable | None = None,
) -> Callable:
	def decorate(function: Callable) -> Callable:
		arguments = Arguments(function, {CHANNEL: SalesChannel} if shows_products else {})
		if not for_desk:
			ENDPOINTS[function.__name__] = Endpoint(function, methods, is_public, seconds, shows_products)
		as_it_is = for_desk(function) if for_desk else function

		name = f"{function.__module__}.{function.__name__}"

		def admitted(given: dict):
			if (
				shows_products and CHANNEL in frappe.form_dict
			):  # Frappe leaves out what isn't in the signature.
				given = {**given, CHANNEL: frappe.form_dict[CHANNEL]}
			heard = arguments.heard(frappe.request, given)
			visitor_ip = frappe.form_dict.get(VISITOR)  # also of functions that don't take it
			# The Error Log of Frappe 16 shows the form: codes and passwords are removed from it here.
			frappe.local.form_dict = frappe._dict(cmd=name)
			frappe.local.request_ip = visitor.address()
			_check_body()
			# After the caller is known: else strangers could use up the limit of the shop's address.
			user = user_of()
			_check_enabled(reads_catalogue=is_public and "GET" in methods)
			if not _is_proven():
				heard.pop(VISITOR, None)
				visitor_ip = None
			limits.count(
				visitor.counted_by(visitor_ip), Limit(f"calls:{name}", settings.calls_per_minute(), 60)
			)
			return worked_off(user, heard)

		def worked_off(user: str | None, given: dict):
			frappe.flags[_TRUSTED] = bool(user)
			if not user:
				given = {name: value for name, value in given.items() if name not in CUSTOMERS}
			with as_user(user or frappe.session.user):
				values = arguments.checked(given)
				own = {name: value for name, value in values.items() if name != CHANNEL}

				def call():
					return replies.repeated(lambda: function(**own))

				with shown_items.shown_in(_narrowed_to(values.get(CHANNEL, ""))):
					if not seconds:
						return call()
					return cached.answer(function, values, seconds, call, is_stranger=not user)

		@wraps(function)
		def endpoint(*args, **given):
			if not frappe.request:  # a background job or a console
				return as_it_is(*args, **given)
			if args:
				_refuse_indirect_call()
			if for_desk:
				frappe.local.flags.commit = True  # also of a GET
				if _is_desk_user():
					given.pop("cmd", None)
					return as_it_is(**given)
			return replies.answered(lambda: admitted(given), has_secrets=arguments.have_secrets)

		endpoint.__annotations__ = {}  # The arguments are checked here, with messages, not by Frappe.
		return frappe.whitelist(allow_guest=True, xss_safe=True, methods=list(methods))(endpoint)

	return decorate


def _narrowed_to(channel: str) -> str:
	"""The sales channel whose products alone are shown; "" where ERPNext doesn't decide what it sells.

	:raises BadRequest: for a channel that the configuration doesn't name
	"""
	try:
		return channel if channel and channels.narrows(channel) else ""
	except LookupError:
		bad_request(
			_(
				"sales_channel: {0} isn't in the table Sales Channels of the Medusa Configuration. Add it there, or send the id of one that is."
			).format(channel)
		)


def _refuse_indirect_call() -> NoReturn:
	"""Refuse positional arguments within a request. The arguments of a request have names. Frappe's own
	functions pass positional ones when they call a whitelisted function for a user: make_mapped_doc,
	map_docs, search_widget, get_all_nodes.

	:raises frappe.PermissionError: always
	"""
	frappe.throw(
		_("This function can't be called through another one. Call it at /api/method."),
		frappe.PermissionError,
		title=_("Not permitted"),
	)


def _is_desk_user() -> bool:
	"""Whether the request is a Desk user's, with the user's own rights, and not the shop's server's."""
	if frappe.request.headers.get(signature.HEADER) or ROLE in frappe.get_roles():
		return False
	return frappe.get_cached_value("User", frappe.session.user, "user_type") == "System User"


def _is_proven() -> bool:
	"""Whether the caller has signed or has the role: under *Allow Unsigned Calls* a stranger has neither."""
	return bool(frappe.request.headers.get(signature.HEADER)) or ROLE in frappe.get_roles()


def _check_enabled(*, reads_catalogue: bool) -> None:
	"""Refuse calls while the integration is switched off.

	:param reads_catalogue: whether the function reads the catalogue, which a setting keeps open
	:raises Unavailable: while it is off
	"""
	config = settings.configuration()
	if config.enable or (reads_catalogue and config.catalogue_while_off):
		return
	frappe.throw(
		_("The shop's connection to ERPNext is switched off. Enable it in the Medusa Configuration."),
		Unavailable,
		title=_("Medusa is switched off"),
	)


def _check_body() -> None:
	"""Refuse a GET's body, a too large body, and JSON that is no object or not in UTF-8. A cache keys a GET
	by its address alone, and Frappe replaces bytes that it can't decode."""
	body = frappe.request.get_data()
	if body and frappe.request.method in ("GET", "HEAD"):
		bad_request(_("A GET has no body: send the arguments in the query, or use POST."))
	if len(body) > LARGEST_BODY:
		frappe.throw(
			_("A request may have {0} kB at most.").format(LARGEST_BODY // 1024),
			TooLarge,
			title=_("Too large"),
		)
	if not frappe.request.is_json:
		return
	try:
		text = body.decode()
	except UnicodeDecodeError:
		bad_request(_("The body has to be in UTF-8."))
	if text.lstrip()[:1] == "[":
		bad_request(_("The body has to be a JSON object."))


def _known_user() -> str | None:
	"""The user in whose name a trusted caller's request is processed; None for a stranger.

	:raises signature.BadSignature: for a wrong signature
	"""
	config = settings.configuration()
	if frappe.request.headers.get(signature.HEADER):
		signature.verify(frappe.request, config.get_password("signing_secret", raise_exception=False))
		return _storefront_user()
	if ROLE in frappe.get_roles():
		return frappe.session.user
	return _storefront_user() if config.allow_unsigned else None


def _trusted_user() -> str:
	"""The user in whose name a trusted caller's request is processed.

	:raises frappe.AuthenticationError: the request has neither a signature nor a user
	:raises frappe.PermissionError: the user hasn't got the role
	"""
	user = _known_user()
	if user:
		return user
	if frappe.session.user == "Guest":
		frappe.throw(
			_("Sign the request, or send the API key of a user with the role {0}.").format(ROLE),
			frappe.AuthenticationError,
			title=_("Not signed"),
		)
	frappe.throw(
		_("The user needs the role {0}.").format(ROLE), frappe.PermissionError, title=_("Not permitted")
	)


def _trusted_or_no_user() -> str:
	"""As `_trusted_user`; a guest is refused as Frappe refuses one to call a function of the Desk.

	:raises frappe.PermissionError: the request isn't trusted
	"""
	try:
		return _trusted_user()
	except signature.BadSignature:
		raise
	except frappe.AuthenticationError as error:
		raise frappe.PermissionError(str(error)) from error


def _storefront_user() -> str:
	user = settings.configuration().storefront_user
	if not user or not frappe.db.get_value("User", user, "enabled"):
		frappe.throw(
			_("Choose an enabled Storefront User in the Medusa Configuration."),
			Unavailable,
			title=_("No Storefront User"),
		)
	return user


def answer_refused(response=None, request=None) -> None:
	"""After each request: see replies.answer_refused."""
	replies.answer_refused(ENDPOINTS, response, request)
