"""What all operations share: the two ways of access and the refusals."""

SIGNING = """\
`t=<Unix time>,v1=<signature>`. The signature is the HMAC-SHA256, in lower-case hexadecimal, with the Signing Secret of the \
Medusa Configuration as key, of four parts joined by line feeds: the Unix time as in the header, the HTTP method, the path with \
`?` and the query where there is one, and the body as it is sent (empty for a GET). A signature is accepted once, and for five \
minutes. docs/storefront.md has it in curl, Node and Python."""

SECURITY = {
	"apiKey": {
		"type": "apiKey",
		"in": "header",
		"name": "Authorization",
		"description": "`token <API key>:<API secret>` of a user with the role Medusa Storefront.",
	},
	"signature": {"type": "apiKey", "in": "header", "name": "X-Medusa-Signature", "description": SIGNING},
}

# Of what anybody may call: without any, or as the shop's server.
PUBLIC = [{}, *({name: []} for name in SECURITY)]
OPEN = (
	"Anybody may call it, such as a browser; `customer_id` and `cus_id` are heard of trusted callers alone."
)
TRUSTED = "For the shop's server alone: signed, or with an API key. "
READING = "It changes nothing."
WRITES = "It writes in one transaction: a failure leaves nothing behind."
CACHED = " A stranger's reply may be cached for {0} seconds; it has an `ETag`, and `If-None-Match` is answered with 304."

# Codes of refusals, and the component that describes each.
COMMON = {
	400: "BadRequest",
	401: "NotSigned",
	403: "NotPermitted",
	413: "TooLarge",
	429: "TooManyRequests",
	500: "Unexpected",
	503: "Unavailable",
}
WRITING = {409: "Conflict", 417: "Refused"}  # of functions that write

ERROR = {
	"type": "object",
	"properties": {
		"message": {
			"type": "object",
			"properties": {"error": {"type": "string", "minLength": 1}},
			"required": ["error"],
			"additionalProperties": False,
		}
	},
	"required": ["message"],
	"additionalProperties": False,
}


def error_response(description: str, words: str = "") -> dict:
	"""A refusal."""
	content: dict = {"schema": {"$ref": "#/components/schemas/Error"}}
	if words:
		content["example"] = {"message": {"error": words}}
	return {"description": description, "content": {"application/json": content}}


# Beside each 429.
RETRY_AFTER = {
	"Retry-After": {
		"description": "The seconds after which the same call may pass.",
		"schema": {"type": "integer", "minimum": 1},
		"example": 60,
	}
}

RESPONSES = {
	"BadRequest": error_response(
		"The body isn't a JSON object, or an argument is missing or of the wrong type or range. Up to five problems are named.",
		"items.0.quantity: Input should be greater than 0.",
	),
	"NotSigned": error_response(
		"No signature and no API key, or a wrong, stale or used one.",
		"The signature isn't that of this request.",
	),
	"NotPermitted": error_response(
		"The user hasn't got the role Medusa Storefront, or the HTTP method isn't one of the function's.",
		"The user needs the role Medusa Storefront.",
	),
	"Conflict": error_response("The record's state doesn't allow it.", "It exists already."),
	"TooLarge": error_response("The body is larger than 1 MB.", "A request may have 1024 kB at most."),
	"Refused": error_response(
		"ERPNext's own rules don't allow it; the words are ERPNext's.",
		"Item GLOVE-M is disabled",
	),
	"TooManyRequests": {
		**error_response(
			"More calls of this function from one address than Calls per Minute says.",
			"Too many requests. Try again later.",
		),
		"headers": RETRY_AFTER,
	},
	"Unexpected": error_response(
		"An unexpected error. The Error Log in ERPNext has the details.",
		"An unexpected error. The Error Log in ERPNext has the details.",
	),
	"Unavailable": error_response(
		"Something has to be set up first, or another call holds the same documents: the same call may pass later.",
		"Another call is changing the same documents. Repeat this one.",
	),
}
