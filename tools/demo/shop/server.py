"""The shop's server: its pages, Medusa's store API and ERPNext's public functions passed on, and the signed calls for who is
signed in.

A browser never has the Signing Secret. For a call that needs it, the server asks Medusa whose token the browser sent, and
signs the call for that customer alone, whatever customer the browser named.
"""

import json
import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.security import safe_join
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.medusa.server import Calls
from tests.support.smtp import MailServer
from tools.demo.shop import mails
from tools.demo.shop.erpnext import Clerk, ERPNext
from tools.demo.shop.quotations import Quotations, Refused
from tools.demo.shop.visitors import Visitors

STATIC = Path(__file__).parent / "static"
LARGEST = 256 * 1024  # bytes of a request
# Anyone may read them. The second: their argument for the customer, where that isn't customer_id.
PUBLIC = (
	"get_all_brands get_best_deals get_clearance_items get_dental_items get_distinct_specs get_homepage_banners "
	"get_homepage_menu_section get_homepage_order_list get_homepage_top_section get_infection_control_items "
	"get_medical_items get_medical_laboratory_items get_menu get_new_arrivals get_product_details_banner "
	"get_product_details_banner_item_group get_product_has_variants get_recommended_items get_reviews get_shown_prices "
	"get_testimonials get_top_sellers get_trending_items get_website_image get_website_items get_website_variants get_yt_videos_list "
	"fetch_relevant_collection_products fetch_relevant_items"
).split()
VISITOR = "visitor_ip"
CUSTOMER = {"fetch_relevant_collection_products": "cus_id", "fetch_relevant_items": "cus_id"}
# What a visitor without an account may do, with the arguments that a browser may send.
OPEN = {
	"send_otp": ("email", "isLogin"),
	"sign_up": ("email", "first_name", "last_name", "t_c_acceptance", "mobile", "otp", "organization_name"),
	"login": ("email", "password", "otp"),
	"create_product_suggestion": (
		"product_name",
		"suggested_by",
		"contact_number",
		"product_short_description",
	),
}
# What a customer may do, each for himself.
OWN = {
	"add_review_to_website_item": ("item_code", "review", "rating", "review_id", "likes", "dislikes"),
	"handle_wishlist": ("item_codes", "is_add", "is_remove"),
	"get_wishlist": (),
	"get_sales_order_name": ("medusa_order_id",),
	"get_order_documents": ("medusa_order_id",),
	"fetch_quotation_pdf_url": ("quotation_id",),
}
RIGHT_TO_LEFT = ("ar", "fa", "he", "ps")  # as Frappe's
PASSED_ON = ("Accept", "Accept-Language", "Content-Type", "Authorization", "X-Publishable-Api-Key")
# Of a reply; the rest is between us and who answered.
ORIGIN = ("Origin", "Referer")
KEPT = ("Content-Type", "ETag", "Cache-Control", "Retry-After")


class Server:
	"""The WSGI application.

	:param mail_server: which shows the visitor's mails, as no real shop does; None: it doesn't
	:param clerk: who prices quotations when the visitor says so, as in no real shop; None: somebody does at the Desk
	"""

	def __init__(
		self,
		erpnext: ERPNext,
		medusa: Calls,
		mail_server: MailServer | None = None,
		clerk: Clerk | None = None,
	) -> None:
		self._erpnext, self._medusa, self._mails, self._clerk = erpnext, medusa, mail_server, clerk
		self._visitors = Visitors(medusa.url, medusa.shop["publishable_key"])
		self._quotations = Quotations(erpnext, medusa)
		self._http = requests.Session()
		self._http.trust_env = False

	def __call__(self, environ, start_response):
		request = Request(environ)
		request.max_content_length = LARGEST
		try:
			response = self._answer(request)
		except Refused as error:
			response = _refused(error.code, error.words)
		except HTTPException as error:
			is_page = (
				error.code == 404
				and request.method == "GET"
				and "text/html" in request.headers.get("Accept", "")
			)
			words = error.description or "This can't be done."
			response = _page_missing(_direction(request)) if is_page else _refused(error.code or 500, words)
		except requests.HTTPError as error:
			response = _refused(502, _words_of(error))
		except requests.RequestException:
			response = _refused(503, "The shop can't be reached at the moment. Please try again.")
		response.headers.setdefault("Cache-Control", "no-store")
		response.headers["X-Content-Type-Options"] = "nosniff"
		response.headers["Vary"] = "Authorization, Accept-Language"
		return response(environ, start_response)

	def _answer(self, request: Request) -> Response:
		area, _slash, rest = request.path.lstrip("/").partition("/")
		match area:
			case "store":
				return self._store(request)
			case "erp":
				return self._read(request, rest)
			case "visit" if rest in OPEN:
				arguments = {**_chosen(request, OPEN[rest]), **_visitor(request)}
				return _passed(
					self._erpnext.call(rest, arguments, _named(request, *ORIGIN, "Accept-Language"))
				)
			case "account":
				return self._account(request, rest)
			case "demo":
				return self._demo(request, rest)
			case "config.json":
				return _json(self._config())
		return _file(request.path, _direction(request))

	def _config(self) -> dict[str, Any]:
		shop = self._medusa.shop
		return {
			"publishable_key": shop["publishable_key"],
			"region_id": shop["region_id"],
			"currency": shop["currencies"][0],
			"country": "om",
			"regions": self._regions(),
			"shows_mails": bool(self._mails),
			"has_clerk": bool(self._clerk),
		}

	def _regions(self) -> list[dict[str, str]]:
		"""Where the shop sells, and in which currency. In Medusa v1 and v2 alike."""
		headers = {"x-publishable-api-key": self._medusa.shop["publishable_key"] or ""}
		reply = self._http.get(f"{self._medusa.url}/store/regions", headers=headers, timeout=60)
		reply.raise_for_status()
		return [
			{
				"id": region["id"],
				"currency": region["currency_code"],
				"country": region["countries"][0]["iso_2"],
				"name": region["countries"][0]["display_name"],
			}
			for region in reply.json()["regions"]
			if region.get("countries")
		]

	# --- passed on

	def _store(self, request: Request) -> Response:
		"""Medusa's store API, as it is. Who has ordered doesn't wait for the next poll to see the order in ERPNext."""
		headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
		response = self._http.request(
			request.method,
			self._medusa.url + quote(request.path),
			params=list(request.args.items(multi=True)),
			data=request.get_data(),
			headers=headers,
			timeout=60,
		)
		if response.ok and request.path.endswith("/complete"):
			order = response.json().get("order") or {}
			if order.get("id"):
				self._erpnext.call("medusa_webhook", {"event": "order.placed", "id": order["id"]})
		return _passed(response)

	def _read(self, request: Request, name: str) -> Response:
		"""A public function, signed for a customer, and else as a stranger asks."""
		if request.method != "GET" or name not in PUBLIC:
			raise NotFound()
		argument = CUSTOMER.get(name, "customer_id")
		arguments = [pair for pair in request.args.items(multi=True) if pair[0] not in (argument, VISITOR)]
		customer = self._visitors.customer(request.headers.get("Authorization", ""))
		if customer:
			arguments += [(argument, customer["id"]), *_visitor(request).items()]
		known = request.headers.get("If-None-Match")
		headers = {**({"If-None-Match": known} if known else {}), **_named(request, "Accept-Language")}
		return _passed(self._erpnext.read(name, arguments, headers, sign=bool(customer)))

	# --- for who is signed in

	def _account(self, request: Request, path: str) -> Response:
		customer = self._visitors.customer(request.headers.get("Authorization", ""))
		if not customer:
			raise Refused(401, "Please log in first.")
		parts = path.split("/")
		match (request.method, *parts):
			case ("GET", "quotations"):
				return _json(self._quotations.of(customer))
			case ("POST", "quotations"):
				given = _chosen(request, ("items", "billing_address"))
				return _json(self._quotations.ask(customer, given.get("items"), given.get("billing_address")))
			case ("POST", "quotations", id, "decision"):
				approval = str(_chosen(request, ("approval",)).get("approval"))
				return _json(self._quotations.decide(customer, id, approval))
			case ("POST", name) if name in OWN:
				arguments = {
					**_chosen(request, OWN[name]),
					**_visitor(request),
					"customer_id": customer["id"],
				}
				if name == "add_review_to_website_item":
					arguments["customer_name"] = customer.get("first_name") or "A customer"
				return _passed(self._erpnext.call(name, arguments, _named(request, "Accept-Language")))
		raise NotFound()

	# --- as in no real shop

	def _demo(self, request: Request, path: str) -> Response:
		match (request.method, *path.split("/")):
			case ("GET", "mail") if self._mails:
				return _json(mails.last(self._mails, request.args.get("email", "")))
			case ("POST", "price", id) if self._clerk:
				customer = self._visitors.customer(request.headers.get("Authorization", ""))
				if not customer:
					raise Refused(401, "Please log in first.")
				self._clerk.price(self._quotations.find(customer, id)["metadata"]["medusa_quotation_id"])
				return _json({"message": "priced"})
		raise NotFound()


@contextmanager
def serving(application: Server, port: int = 0) -> Iterator[str]:
	"""Serve it from a thread on 127.0.0.1, on a free port where none is named; gives its address."""
	server = make_server("127.0.0.1", port, application, threaded=True, request_handler=_Quiet)
	thread = threading.Thread(target=server.serve_forever, daemon=True)
	thread.start()
	try:
		yield f"http://127.0.0.1:{server.port}"
	finally:
		server.shutdown()
		thread.join()
		server.server_close()


class _Quiet(WSGIRequestHandler):
	def log(self, type, message, *args) -> None:
		pass


def _chosen(request: Request, names: tuple[str, ...]) -> dict[str, Any]:
	"""Those of the JSON body's values that have one of the names."""
	try:
		body = json.loads(request.get_data() or b"{}")
	except ValueError:
		body = None
	if not isinstance(body, dict) or request.method != "POST":
		raise Refused(400, "The body has to be a JSON object, by POST.")
	return {name: body[name] for name in names if body.get(name) is not None}


def _visitor(request: Request) -> dict[str, str]:
	"""By which ERPNext counts the visitor's calls: it sees the shop's address only. No proxy is in front of this server."""
	return {VISITOR: request.remote_addr} if request.remote_addr else {}


def _named(request: Request, *names: str) -> dict[str, str]:
	"""Those of the request's headers: Accept-Language, so that ERPNext answers and mails in the visitor's language."""
	return {name: request.headers[name] for name in names if name in request.headers}


def _direction(request: Request) -> str:
	"""Of the pages, by the visitor's first language. The window's own words stay English, so `lang` does too."""
	first = str(request.accept_languages.best or "").lower().replace("_", "-")
	return "rtl" if first.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def _passed(response: requests.Response) -> Response:
	headers = {name: response.headers[name] for name in KEPT if name in response.headers}
	return Response(response.content, response.status_code, headers)


def _json(value: Any) -> Response:
	return Response(json.dumps(value), mimetype="application/json")


def _refused(code: int, words: str) -> Response:
	return Response(json.dumps({"message": {"error": words}}), code, mimetype="application/json")


def _words_of(error: requests.HTTPError) -> str:
	"""What Medusa or ERPNext says of a failure."""
	try:
		body = error.response.json()
		words = body.get("message") or body.get("exception")
	except (AttributeError, ValueError):
		words = None
	return words if isinstance(words, str) else "The shop can't do this now."


def _page_missing(direction: str) -> Response:
	"""For a browser's address bar: a page with the way to the shop, instead of JSON."""
	response = _file("404.html", direction)
	response.status_code = 404
	return response


def _file(path: str, direction: str) -> Response:
	found = safe_join(str(STATIC), path.lstrip("/") or "index.html")
	if not found or not Path(found).is_file():
		raise NotFound("There is no such page.")
	kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
	text = kind.startswith("text/") or kind.endswith("javascript")
	content = Path(found).read_bytes()
	if kind == "text/html":
		content = content.replace(b'<html lang="en">', f'<html lang="en" dir="{direction}">'.encode())
	response = Response(content, content_type=f"{kind}; charset=utf-8" if text else kind)
	response.headers["Content-Security-Policy"] = (
		"default-src 'self'; img-src http: https: data:; base-uri 'none'; form-action 'self'"
	)
	response.headers["Cache-Control"] = "no-cache"
	return response
