"""`custom_medusa_route` of an Item Group: the slugs of its path, for the storefront's addresses.

Source: docs/reference.md, "Routes of Item Groups".
"""

import frappe

from medusa_integration import generation
from medusa_integration.isolation import latest_rows
from medusa_integration.medusa.handles import slug

DOCTYPE = "Item Group"


def update_branch(name: str) -> None:
	"""Set the route of an Item Group and of all its descendants, in a constant number of reads.

	The tree's root isn't part of a route: `products/dental/dental-equipment`.
	"""
	bounds = frappe.db.get_value(DOCTYPE, name, ["lft", "rgt"], as_dict=True)
	if not bounds or not bounds.lft:
		return
	above = _groups(lft=("<", bounds.lft), rgt=(">", bounds.rgt))
	branch = _groups(lft=(">=", bounds.lft), rgt=("<=", bounds.rgt))
	routes: dict[str, str] = {}
	for group in [*above, *branch]:  # Parents come before their children.
		parent = routes.get(group.parent_item_group)
		if parent is None:
			routes[group.name] = (
				"" if not group.parent_item_group else part(group.item_group_name or group.name)
			)
		else:
			routes[group.name] = "/".join(filter(None, [parent, part(group.item_group_name or group.name)]))
	generation.moved()
	for group in branch:
		route = routes[group.name]
		if (group.custom_medusa_route or "") != route:
			with latest_rows():  # A drain writes the collections' ids to these rows.
				frappe.db.set_value(DOCTYPE, group.name, "custom_medusa_route", route, update_modified=False)


def update_all() -> None:
	"""Set the route of every Item Group."""
	roots = frappe.get_all(
		DOCTYPE, filters={"parent_item_group": ("is", "not set")}, pluck="name", order_by="lft"
	)
	for root in roots:
		update_branch(root)


def _groups(**bounds) -> list[frappe._dict]:
	return frappe.get_all(
		DOCTYPE,
		filters=bounds,
		fields=["name", "item_group_name", "parent_item_group", "custom_medusa_route"],
		order_by="lft",
	)


def part(title: str) -> str:
	"""An Item Group's part of a route: the slug of its title. A title without any ASCII letter stays as it is: a browser
	encodes it."""
	return slug(title) or title
