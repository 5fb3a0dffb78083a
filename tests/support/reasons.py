"""The messages that a row of the outbox or inbox can have, read from the code: what `Result.parked`, `waiting` and `retry`, `Blocked`
and the errors of calls to Medusa are made with. A message comes as it stands in the code, with {0} for values.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import medusa_integration

ROOT = Path(medusa_integration.__file__).parent
# Only the Desk or the storefront shows what these rooms say.
NOT_OURS = (
	"desk",
	"storefront",
	"setup",
	"patches",
	"overrides",
	"events",
	"window",
	"commands",
	"command_line",
)
OUTCOMES = {"parked", "waiting", "retry"}
ERRORS = {"Blocked", "NotSendable", "NoStockLocation", "UnreadableOrder", "NoPublishableKey"}
# Functions, by their rooms, whose words reach a row as data: Medusa's side answers them, or a variant's part of a row has them.
TRAVELLING = {
	("customers", "_must_exist"),
	("customers", "write"),
	("delivery", "message"),
	("orders", "_book"),
	("products", "_conflict"),
	("products", "_same_name"),
	("products", "_unlikely"),
	("products", "conflict"),
	("products", "doubled"),
	("products", "link_it"),
	("products", "problem"),
	("products", "shared_product"),
	("sync", "clash"),
}
# Errors whose words needn't be sentences, and have their values in braces: calls that had no usable reply.
NETWORK = {"MedusaUnavailable", "MedusaTimeout", "MedusaSignInFailed"}
OF_FAILURE = ("medusa", "message_of_failure")


REMARKS = {"Rounding of {0} in {1}"}  # of a function that has a reason too


class Module:
	"""A parsed file: its functions, its constants and where its imported names come from."""

	def __init__(self, name: str, path: Path) -> None:
		self.name, self.room, self.tree = name, name.split(".")[0], ast.parse(path.read_text())
		self.functions: dict[str, list[ast.FunctionDef]] = {}
		for node in ast.walk(self.tree):
			if isinstance(node, ast.FunctionDef):
				self.functions.setdefault(node.name, []).append(node)
		self.constants = {
			target.id: node.value
			for node in self.tree.body
			if isinstance(node, ast.Assign)
			for target in node.targets
			if isinstance(target, ast.Name)
		}
		self.imported = {
			alias.asname or alias.name: (node.module.removeprefix("medusa_integration.") + ".", alias.name)
			for node in ast.walk(self.tree)
			if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("medusa_integration")
			for alias in node.names
		}


def all_reasons() -> set[str]:
	"""Every message that a row can have."""
	modules = {}
	for path in sorted(ROOT.rglob("*.py")):
		name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
		if name.split(".")[0] not in (*NOT_OURS, "medusa_integration"):
			modules[name] = Module(name, path)
	there = {(module.room, name) for module in modules.values() for name in module.functions}
	gone = {*TRAVELLING, OF_FAILURE} - there
	assert not gone, f"renamed or moved: {gone}"
	return {text for module in modules.values() for text in _of_module(module, modules)} - REMARKS


def _of_module(module: Module, modules: dict[str, Module]) -> Iterator[str]:
	for functions in module.functions.values():
		for function in functions:
			if (module.room, function.name) in TRAVELLING:
				yield from _texts(function, module, modules, function, set())
			for node in ast.walk(function):
				if isinstance(node, ast.Call):
					for argument in _words_of(node, module.room):
						yield from _texts(argument, module, modules, function, set())
					if getattr(node.func, "id", "") in NETWORK and node.args:
						yield from _filled(node.args[0])
				elif isinstance(node, ast.Return) and (module.room, function.name) == OF_FAILURE:
					yield from _filled(node.value)


def _words_of(call: ast.Call, room: str) -> list[ast.expr]:
	"""The arguments of a call that makes a reason."""
	function = call.func
	if isinstance(function, ast.Attribute) and function.attr in OUTCOMES:
		return call.args[1:2] + [each.value for each in call.keywords if each.arg == "why"]
	if isinstance(function, ast.Attribute) and function.attr == "append" and room == "prices":
		held = getattr(function.value, "attr", "") or getattr(function.value, "id", "")
		return call.args if held == "problems" else []  # of a priced item, whose row is parked with them
	name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
	if name in ERRORS:
		return call.args[:1]
	if name == "throw" and any(isinstance(each, ast.Name) and each.id == "Blocked" for each in call.args):
		return call.args[:1]
	if name == "__init__" and call.args and isinstance(call.args[0], ast.Constant):
		return call.args[:1]  # of an error with words of its own
	return []


def _filled(node) -> Iterator[str]:
	"""A text, or one with values in braces."""
	if isinstance(node, ast.Constant):
		yield node.value
	elif isinstance(node, ast.JoinedStr):
		yield "".join(part.value if isinstance(part, ast.Constant) else "{0}" for part in node.values)


def _texts(node, module: Module, modules: dict[str, Module], function, seen: set) -> Iterator[str]:
	"""The texts that an expression can be: literals, constants, local names, and what called functions hold."""
	if isinstance(node, ast.Constant) and isinstance(node.value, str):
		if _is_message(node.value):
			yield node.value
	for each in ast.walk(node):
		if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "_":
			for text in ast.walk(each):
				if isinstance(text, ast.Constant) and isinstance(text.value, str) and _is_message(text.value):
					yield text.value
		elif isinstance(each, ast.Name) and (module.name, function.name, each.id) not in seen:
			seen.add((module.name, function.name, each.id))
			yield from _named(each.id, module, modules, function, seen)


def _named(name: str, module: Module, modules: dict[str, Module], function, seen: set) -> Iterator[str]:
	if name in module.constants:
		yield from _texts(module.constants[name], module, modules, function, seen)
	for called in module.functions.get(name, ()):
		yield from _texts(called, module, modules, called, seen)
	if name in module.imported:
		place, original = module.imported[name]
		source = modules.get(place.strip("."))
		if source and original in (*source.functions, *source.constants):
			yield from _named(original, source, modules, function, seen)
	for node in ast.walk(function):
		if isinstance(node, ast.Assign) and any(
			isinstance(target, ast.Name) and target.id == name for target in node.targets
		):
			yield from _texts(node.value, module, modules, function, seen)


def _is_message(text: str) -> bool:
	"""Whether a text is a message, and not a label or a part of one."""
	return len(text.split()) > 3 and text.endswith((".", ")", "{0}", "{1}"))
