"""Calls of browsers from the storefront's origins (CORS): the public functions answer them, without cookies.

Frappe's own `allow_cors` opens each route of the site, with the cookies of a Desk user.

Source: docs/reference.md, "Browsers".
"""

from urllib.parse import urlsplit

from medusa_integration import settings
from medusa_integration.storefront import replies
from medusa_integration.storefront.access import ENDPOINTS

HEADERS = "Content-Type"  # that a call may have besides the ones that browsers always allow
READABLE = "Retry-After"  # of a reply, besides the ones that a page may always read
SECONDS = 3600  # for which a browser caches the reply to its OPTIONS request


def allow_origin(response=None, request=None) -> None:
	"""After each request: tell the browser of a storefront's page that the page may read the reply of a
	public function.

	:param response: werkzeug's; changed. None where Frappe 15 refuses a large body
	:param request: werkzeug's
	"""
	endpoint = ENDPOINTS.get(replies.called_by(request) or "")
	if response is None or not endpoint or not endpoint.is_public:
		return
	response.vary.add("Origin")
	if request.headers.get("Origin") not in settings.storefront_origins():
		return
	response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
	response.headers["Access-Control-Expose-Headers"] = READABLE
	if request.method == "OPTIONS":
		response.headers["Access-Control-Allow-Methods"] = ", ".join(endpoint.methods)
		response.headers["Access-Control-Allow-Headers"] = HEADERS
		response.headers["Access-Control-Max-Age"] = str(SECONDS)


def is_origin(text: str) -> bool:
	"""Whether a text is an origin as browsers send it, such as https://shop.example.com or
	http://localhost:3000."""
	try:
		parts = urlsplit(text)
		port = f":{parts.port}" if parts.port else ""
	except ValueError:
		return False
	return (
		text.isascii()
		and text == f"{parts.scheme}://{parts.hostname}{port}"
		and parts.scheme in ("http", "https")
	)
