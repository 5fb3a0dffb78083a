"""JSON schemas of arguments and replies, by pydantic."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

PREFIX = "#/components/schemas/"


def of_types(types: dict[tuple[str, str], Any]) -> tuple[dict[tuple[str, str], dict], dict[str, dict]]:
	"""The schemas of types by their keys, and the components that these refer to.

	:param types: the second part of a key is pydantic's mode: "validation" for arguments, "serialization" for replies
	"""
	inputs = [(key[0], key[1], TypeAdapter(type_)) for key, type_ in types.items()]
	schemas, rest = TypeAdapter.json_schemas(inputs, ref_template=PREFIX + "{model}")
	plain = {key: _without_titles(schema) for key, schema in schemas.items()}
	return plain, {name: _without_titles(schema) for name, schema in sorted(rest.get("$defs", {}).items())}


def object_of(properties: dict[str, dict], required: Iterable[str]) -> dict:
	"""The schema of an object."""
	schema = {"type": "object", "properties": properties}
	named = [name for name in properties if name in set(required)]
	return {**schema, "required": named} if named else schema


def is_structure(schema: dict) -> bool:
	"""Whether a value is a list or an object, which a query has as JSON text. One value or a list is the argument several times."""
	kinds = {"object" if "$ref" in each else each.get("type") for each in schema.get("anyOf", [schema])}
	return bool(kinds & {"array", "object"}) and "string" not in kinds


def _without_titles(schema: Any) -> Any:
	"""pydantic's titles only repeat the names."""
	if isinstance(schema, list):
		return [_without_titles(each) for each in schema]
	if not isinstance(schema, dict):
		return schema
	return {
		key: _named(each) if key in ("properties", "$defs") else _without_titles(each)
		for key, each in schema.items()
		if not (key == "title" and isinstance(each, str))
	}


def _named(schemas: dict) -> dict:
	return {name: _without_titles(each) for name, each in schemas.items()}
