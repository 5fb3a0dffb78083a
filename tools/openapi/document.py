"""The OpenAPI 3.1 document."""

import json
from pathlib import Path

import medusa_integration
import medusa_integration.api
from medusa_integration import hooks
from medusa_integration.storefront.access import ENDPOINTS, Endpoint
from tools.openapi import schemas, topics
from tools.openapi.operations import Operation, types_of
from tools.openapi.parts import ERROR, RESPONSES, SECURITY

FILE = Path(__file__).parents[2] / "docs" / "openapi.json"
PATH = "/api/method/medusa_integration.api."
DESCRIPTION = """\
The functions that a shop calls in ERPNext. [Call ERPNext from the shop](storefront.md) has a first request step by step, the \
signature of a request, and the rules that hold for every call. The [reference](reference.md) has the documents behind the calls.

Frappe wraps every reply: what a function returns stands under `message`, and so does `{"error": …}` where it refuses. \
`message` may be an object, a list or a text: each function says which."""


def as_text() -> str:
	"""The file's content."""
	return json.dumps(build(ENDPOINTS), indent=1, ensure_ascii=False) + "\n"


def build(endpoints: dict[str, Endpoint]) -> dict:
	"""The document that describes these functions."""
	types = {}
	for name in sorted(endpoints):
		types |= types_of(name, endpoints[name])
	found, components = schemas.of_types(types)
	paths = {}
	for name in sorted(endpoints):
		operation = Operation(name, endpoints[name], found, components)
		paths[PATH + name] = {
			method.lower(): operation.described(method) for method in endpoints[name].methods
		}
	return {
		"openapi": "3.1.0",
		"info": {
			"title": "Medusa Integration: the storefront's calls",
			"version": medusa_integration.__version__,
			"description": DESCRIPTION,
			"contact": {"name": hooks.app_publisher},
			"license": {"name": "MIT", "url": "https://spdx.org/licenses/MIT.html"},
		},
		"servers": [
			{
				"url": "https://{site}",
				"description": "The ERPNext site.",
				"variables": {"site": {"default": "erp.example.com", "description": "its host name"}},
			},
		],
		"security": [{name: []} for name in SECURITY],
		"tags": topics.tags(),
		"x-tagGroups": topics.groups(),
		"paths": paths,
		"components": {
			"schemas": {"Error": ERROR, **components},
			"responses": RESPONSES,
			"securitySchemes": SECURITY,
		},
	}
