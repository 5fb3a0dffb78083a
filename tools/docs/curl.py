"""Examples of calls with curl for the page of the API."""

import json
import shlex
from urllib.parse import urlencode

TOKEN = '-H "Authorization: token $API_TOKEN"'


def sample(path: str, method: str, operation: dict) -> str:
	"""A call of an operation with the arguments of its example.

	`ERPNEXT_URL` is the site's address and `API_TOKEN` an API key with its secret, as `make serve` prints them.
	"""
	parts = [f'curl "$ERPNEXT_URL{path}"', *([] if {} in operation.get("security", ()) else [TOKEN])]
	if "requestBody" in operation:
		body = operation["requestBody"]["content"]["application/json"]["example"]
		text = shlex.quote(json.dumps(body, ensure_ascii=False, indent=2))
		parts += ["-H 'Content-Type: application/json'", f"-d {text}"]
	elif query := urlencode(_arguments(operation), safe="/"):
		parts[0] = f'curl "$ERPNEXT_URL{path}?{query}"'
	return " \\\n  ".join(parts)


def _arguments(operation: dict) -> dict[str, str]:
	"""The example's arguments that a call needs; all of them where it needs none."""
	given = operation.get("parameters", [])
	found = {}
	for each in [one for one in given if one["required"]] or given[:1]:
		content = each.get("content", {}).get("application/json")
		found[each["name"]] = json.dumps(content["example"]) if content else each["example"]
	return found
