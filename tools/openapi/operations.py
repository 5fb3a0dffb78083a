"""One function as an operation of OpenAPI."""

import inspect
from collections.abc import Callable
from typing import Any, get_args, get_origin, get_type_hints

import frappe

from medusa_integration.storefront import errors, replies
from medusa_integration.storefront.access import CHANNEL, Endpoint
from medusa_integration.storefront.arguments import SalesChannel
from tools.openapi import docstrings, examples, schemas, topics
from tools.openapi.parts import (
	CACHED,
	COMMON,
	OPEN,
	PUBLIC,
	READING,
	RETRY_AFTER,
	TRUSTED,
	WRITES,
	WRITING,
	error_response,
)

ARGUMENT, REPLY = "validation", "serialization"  # pydantic's modes


def types_of(name: str, endpoint: Endpoint) -> dict[tuple[str, str], Any]:
	"""The types of its arguments and of its reply, by the keys that Operation finds their schemas under."""
	hints = get_type_hints(endpoint.function, include_extras=True)
	returned = hints.pop("return")
	if endpoint.shows_products:
		hints[CHANNEL] = SalesChannel
	if get_origin(returned) in (replies.Paged, replies.Accepted):
		(returned,) = get_args(returned)
	return {**{(f"{name}.{key}", ARGUMENT): each for key, each in hints.items()}, (name, REPLY): returned}


class Operation:
	"""A function, called by one method of HTTP."""

	def __init__(self, name: str, endpoint: Endpoint, types: dict[tuple[str, str], dict], components: dict):
		self.name, self.function, self.methods = name, endpoint.function, endpoint.methods
		self.endpoint = endpoint
		self.doc = docstrings.read(endpoint.function)
		self.components = components
		self.reply = types[name, REPLY]
		self.parameters = dict(inspect.signature(endpoint.function).parameters)
		if endpoint.shows_products:
			kind = inspect.Parameter.KEYWORD_ONLY
			self.parameters[CHANNEL] = inspect.Parameter(CHANNEL, kind, default=None)
		self.arguments = {
			key: self._argument(key, types[f"{name}.{key}", ARGUMENT]) for key in self.parameters
		}
		self.required = [key for key, each in self.parameters.items() if each.default is each.empty]

	def _argument(self, key: str, schema: dict) -> dict:
		default = self.parameters[key].default
		schema = {**schema, "description": self.doc.params.get(key) or _description(schema)}
		if default not in (inspect.Parameter.empty, None):
			schema["default"] = default
		return schema

	def described(self, method: str) -> dict:
		"""The operation object."""
		first = method == self.methods[0]
		description = "\n\n".join(filter(None, (self.doc.description, self._limits())))
		return {
			"operationId": self.name if first else f"{self.name}_by_{method.lower()}",
			"tags": [topics.of_module(self.function.__module__)],
			"summary": self.doc.summary,
			"description": description,
			**({"security": PUBLIC} if self.endpoint.is_public else {}),
			**(self._query() if method == "GET" else self._body()),
			"responses": {self._code(): self._accepted(), **self._refused()},
		}

	def _limits(self) -> str:
		if self.endpoint.is_public:
			return OPEN + (CACHED.format(self.endpoint.cached) if self.endpoint.cached else "")
		return TRUSTED + (READING if "GET" in self.methods else WRITES)

	def _query(self) -> dict:
		return {"parameters": [self._in_query(key, schema) for key, schema in self.arguments.items()]}

	def _in_query(self, key: str, schema: dict) -> dict:
		description = schema.get("description", "")
		plain = {name: each for name, each in schema.items() if name != "description"}
		example = examples.of_schema(schema, self.components, key)
		where = {"name": key, "in": "query", "required": key in self.required, "description": description}
		if schemas.is_structure(schema):
			return {**where, "content": {"application/json": {"schema": plain, "example": example}}}
		if "anyOf" in plain:  # A query has no null.
			kept = [each for each in plain.pop("anyOf") if each != {"type": "null"}]
			plain = {**plain, **(kept[0] if len(kept) == 1 else {"anyOf": kept})}
		plain.pop("examples", None)
		return {**where, "schema": plain, "example": example}

	def _body(self) -> dict:
		content = {
			"schema": schemas.object_of(self.arguments, self.required),
			"example": {
				key: examples.of_schema(schema, self.components, key)
				for key, schema in self.arguments.items()
			},
		}
		return {"requestBody": {"required": bool(self.required), "content": {"application/json": content}}}

	def _accepted(self) -> dict:
		message = examples.REPLIES.get(self.name) or examples.of_schema(self.reply, self.components)
		described = {"description": self.doc.returns, **self.reply}
		properties, example = {"message": described}, {"message": message}
		if self._is_counted():
			properties["total"] = {"type": "integer", "minimum": 0, "description": "of all pages"}
			example["total"] = 1
		schema = {**schemas.object_of(properties, properties), "additionalProperties": False}
		return {
			"description": self.doc.returns,
			"content": {"application/json": {"schema": schema, "example": example}},
		}

	def _code(self) -> str:
		return "202" if self._returns(replies.Accepted) else "200"

	def _is_counted(self) -> bool:
		return self._returns(replies.Paged)

	def _returns(self, wrapper: type) -> bool:
		return get_origin(get_type_hints(self.function)["return"]) is wrapper

	def _refused(self) -> dict[str, dict]:
		common = {**COMMON, **({} if "GET" in self.methods else WRITING)}
		found = {str(code): {"$ref": f"#/components/responses/{name}"} for code, name in common.items()}
		reasons: dict[int, list[str]] = {}
		for name, text in self.doc.raises:
			reasons.setdefault(replies.code_of(_exception(self.function, name)()), []).append(text)
		for code, texts in reasons.items():
			headers = {"headers": RETRY_AFTER} if code == 429 else {}
			found[str(code)] = {**error_response("; ".join(texts)), **headers}
		return dict(sorted(found.items()))


def _description(schema: dict) -> str:
	"""The type's own; of one that may be null, its other type's."""
	each = schema.get("anyOf", [schema])[0]
	return schema.get("description") or each.get("description", "")


def _exception(function: Callable, name: str) -> type[Exception]:
	"""The exception that a docstring names.

	:raises LookupError: there is none of that name
	"""
	short, known = name.rpartition(".")[2], inspect.unwrap(function).__globals__
	modules = [vars(each) for each in known.values() if inspect.ismodule(each)]
	for place in (known, vars(errors), vars(frappe), *modules):
		if short in place:
			return place[short]
	raise LookupError(f"{function.__name__}: what is {name}?")
