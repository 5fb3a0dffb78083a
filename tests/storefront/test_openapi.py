"""docs/openapi.json: current, valid, and complete."""

import json

import pydantic
import pytest

from medusa_integration.storefront.access import ENDPOINTS, trusted
from medusa_integration.storefront.errors import conflict
from tools.openapi import docstrings, document, topics
from tools.openapi.operations import Operation

REFUSALS = {"400", "401", "403", "413", "429", "500", "503"}
committed = json.loads(document.FILE.read_text())
operations = {
	each["operationId"]: (path, method, each)
	for path, methods in committed["paths"].items()
	for method, each in methods.items()
}


def test_the_file_is_current():
	"""pydantic's versions word a schema differently: the file is made with the one that the tests are pinned to."""
	if pydantic.VERSION < "2.12":
		assert set(document.build(ENDPOINTS)["paths"]) == set(committed["paths"])
	else:
		assert document.FILE.read_text() == document.as_text(), "make openapi"


def test_the_file_is_valid():
	validator = pytest.importorskip("openapi_spec_validator", reason="it isn't installed on this bench")
	validator.validate(committed)


def test_every_function_is_described():
	assert {path.removeprefix(document.PATH) for path in committed["paths"]} == set(ENDPOINTS)


@pytest.mark.parametrize("name", sorted(operations))
def test_an_operation_is_complete(name):
	_path, method, operation = operations[name]
	assert operation["summary"].endswith(".")
	code = "202" if "202" in operation["responses"] else "200"
	assert operation["responses"][code]["description"], f":returns: is missing in {name}"
	assert set(operation["responses"]) > REFUSALS
	for argument in _arguments(operation):
		assert argument.get("description"), f"{name}: {argument}"
	content = operation["responses"][code]["content"]["application/json"]
	assert _is_telling(content["example"]), f"{name} needs examples in its reply: {content['example']}"
	if method == "post":
		example = operation["requestBody"]["content"]["application/json"]["example"]
		assert _is_telling(example), f"{name} needs examples of its arguments: {example}"


def _arguments(operation: dict) -> list[dict]:
	body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
	return [*operation.get("parameters", ()), *body.get("schema", {}).get("properties", {}).values()]


def _is_telling(example) -> bool:
	"""Whether each part of an example is one, not only of the right type."""
	if isinstance(example, dict):
		return all(map(_is_telling, example.values()))
	if isinstance(example, list):
		return all(map(_is_telling, example))
	return example not in ("text", 1.5)


@pytest.mark.parametrize("name", sorted(operations))
def test_an_example_is_of_its_schema(name):
	jsonschema = pytest.importorskip("jsonschema", reason="it isn't installed on this bench")
	_path, _method, operation = operations[name]
	for content in _contents(operation):
		schema = {**content["schema"], "components": committed["components"]}
		jsonschema.Draft202012Validator(schema).validate(content["example"])


def _contents(operation: dict) -> list[dict]:
	described = [operation.get("requestBody", {}), *operation.get("parameters", ())]
	described += operation["responses"].values()
	found = [each.get("content", {}).get("application/json", {}) for each in described]
	return [each for each in found if "example" in each]


def test_limits_are_in_the_words_of_json_schema():
	"""A client's generator leaves out others, without a word."""
	pydantics = {"gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length"}
	assert {key for schema in _schemas(committed) for key in schema} & pydantics == set()
	line = committed["components"]["schemas"]["QuotationLine"]["properties"]["quantity"]
	assert (line["exclusiveMinimum"], line["maximum"]) == (0, 1_000_000_000)


def _schemas(part) -> list[dict]:
	"""Each object of the document that has a type, but for examples."""
	if isinstance(part, list):
		return [found for each in part for found in _schemas(each)]
	if not isinstance(part, dict):
		return []
	found = [each for key, value in part.items() if key != "example" for each in _schemas(value)]
	return [*found, part] if isinstance(part.get("type"), str) else found


def test_tags_are_topics():
	"""Each function has one that a reader would look for, and each is described, in a group, and has functions."""
	modules = {name.rpartition(".")[2] for name in (each.function.__module__ for each in ENDPOINTS.values())}
	names = [tag["name"] for tag in committed["tags"]]
	assert not set(names) & modules
	assert all(tag["description"].endswith(".") for tag in committed["tags"])
	assert {tag for _path, _method, each in operations.values() for tag in each["tags"]} == set(names)
	grouped = [name for group in committed["x-tagGroups"] for name in group["tags"]]
	assert sorted(grouped) == names
	assert {module for topic in topics.TOPICS.values() for module in topic.modules} == modules


def test_a_list_or_a_text_is_told():
	_path, _method, operation = operations["fetch_all_customers"]
	reply = operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["message"]
	assert [each["type"] for each in reply["anyOf"]] == ["array", "string"]
	assert reply["anyOf"][1]["const"] == "No relevant customers found"
	assert all(_message(each).get("description") for _path, _method, each in operations.values())


def _message(operation: dict) -> dict:
	(code,) = {"200", "202"} & set(operation["responses"])
	schema = operation["responses"][code]["content"]["application/json"]["schema"]
	return schema["properties"]["message"]


def test_a_docstring_is_taken_apart():
	def approve(name: str) -> str:
		"""Approve it.

		Twice is as good
		as once.

		:param name: of what
			is approved
		:returns: words
		:raises NotFound: it isn't there
		:raises frappe.ValidationError: it can't

		Source: docs/reference.md, "Nowhere".
		"""

	found = docstrings.read(approve)
	assert (found.summary, found.description) == ("Approve it.", "Twice is as good as once.")
	assert found.params == {"name": "of what is approved"}
	assert (found.returns, found.raises[0]) == ("words", ("NotFound", "it isn't there"))
	assert found.raises[1] == ("frappe.ValidationError", "it can't")


def test_refusals_come_from_the_docstring():
	@trusted("POST")
	def refuses(name: str) -> str:
		"""Refuse.

		:raises Conflict: too late
		:raises Conflict: too early
		:raises Nonsense: never
		"""
		conflict(name)

	endpoint = ENDPOINTS.pop("refuses")
	endpoint.function.__module__ = "medusa_integration.storefront.orders"
	types = {
		("refuses.name", "validation"): {"type": "string"},
		("refuses", "serialization"): {"type": "string"},
	}
	operation = Operation("refuses", endpoint, types, {})
	with pytest.raises(LookupError, match="Nonsense"):
		operation.described("POST")
	operation.doc.raises.pop()
	responses = operation.described("POST")["responses"]
	assert responses["409"]["description"] == "too late; too early"
	assert responses["417"] == {"$ref": "#/components/responses/Refused"}
