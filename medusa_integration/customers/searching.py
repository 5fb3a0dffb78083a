"""Searching for words in the names of parties."""

from frappe.query_builder import CustomFunction
from frappe.query_builder.functions import Lower

_Instr = CustomFunction("INSTR", ["text", "part"])


def contains(column, text: str):
	"""The condition that a column holds a text, in any case. Unlike in LIKE, `%` and `_` stand for
	themselves."""
	return _Instr(Lower(column), text.lower()) > 0
