"""An example of a value, from the examples in its JSON schema."""

from typing import Any

# Of types that say nothing about what they hold.
PLAIN = {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "null": None}


def of_schema(schema: dict, components: dict[str, dict]) -> Any:
	"""An example, composed from the first example of each part."""
	for key in ("examples", "enum"):
		if schema.get(key):
			return schema[key][0]
	if "const" in schema:
		return schema["const"]
	if "$ref" in schema:
		return of_schema(components[schema["$ref"].rpartition("/")[2]], components)
	for key in ("anyOf", "oneOf", "allOf"):
		if key in schema:
			return of_schema(schema[key][0], components)
	if schema.get("type") == "object":
		return _object(schema, components)
	if schema.get("type") == "array":
		return [of_schema(schema["items"], components)] if "items" in schema else []
	return schema["default"] if schema.get("default") is not None else PLAIN[schema.get("type", "string")]


def _object(schema: dict, components: dict[str, dict]) -> dict:
	properties = {name: of_schema(each, components) for name, each in schema.get("properties", {}).items()}
	if not properties and isinstance(schema.get("additionalProperties"), dict):
		return {"example": of_schema(schema["additionalProperties"], components)}
	return properties
