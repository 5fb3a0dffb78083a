"""Trees of Frappe, as those of Item Groups and Warehouses: nodes with all below or above them.

Bounds are read from the table: moving a branch leaves stale bounds of other nodes in the document cache.
"""

from collections import defaultdict
from collections.abc import Iterable

import frappe
from frappe.query_builder import Order
from pypika.queries import QueryBuilder


def below(doctype: str, names: Iterable[str]) -> QueryBuilder:
	"""The query of the names of nodes and of all below them."""
	node, above = frappe.qb.DocType(doctype), frappe.qb.DocType(doctype).as_("above")
	return (
		frappe.qb.from_(node)
		.join(above)
		.on((above.lft <= node.lft) & (node.rgt <= above.rgt))
		.where(above.name.isin([*names] or [""]))
		.select(node.name)
	)


def branches(doctype: str, roots: Iterable[str]) -> dict[str, list[str]]:
	"""`{root: its name and those of all below it}`, in one query. A root comes after the roots that it is below."""
	roots = {*roots}
	if not roots:
		return {}
	rows = frappe.get_all(doctype, fields=["name", "lft", "rgt"], order_by="lft", limit_page_length=0)
	return {
		root.name: [row.name for row in rows if root.lft <= row.lft and row.rgt <= root.rgt]
		for root in rows
		if root.name in roots
	}


def paths(doctype: str, names: Iterable[str]) -> dict[str, list[str]]:
	"""`{node: its name and those of the nodes above it}`, from below, in one query. Unknown nodes are left out."""
	node, above = frappe.qb.DocType(doctype), frappe.qb.DocType(doctype).as_("above")
	rows = (
		frappe.qb.from_(node)
		.join(above)
		.on((above.lft <= node.lft) & (above.rgt >= node.rgt))
		.select(node.name, above.name)
		.where(node.name.isin([*names] or [""]))
		.orderby(node.name)
		.orderby(above.lft, order=Order.desc)
	).run()
	found: dict[str, list[str]] = defaultdict(list)
	for name, name_above in rows:
		found[name].append(name_above)
	return dict(found)
