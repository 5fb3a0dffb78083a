"""The storefront's menu: the tree of Item Groups.

Source: docs/reference.md, "Menu".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Annotated

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from pydantic import Field
from pypika.terms import Criterion
from typing_extensions import TypedDict

from medusa_integration.products import images, routes
from medusa_integration.storefront.access import public
from medusa_integration.storefront.arguments import Flag, Name
from medusa_integration.storefront.cards import CACHED
from medusa_integration.storefront.errors import not_found
from medusa_integration.window.groups import Group, by_name

DOCTYPE = "Item Group"

GroupName = Annotated[Name, Field(description="the name of the Item Group", examples=["Dental"])]


class MenuEntry(TypedDict):
	title: Annotated[str, Field(examples=["Dental"])]
	handle: Annotated[str, Field(examples=["dental"])]
	url: Annotated[str, Field(examples=["products/dental"])]
	thumbnail: Annotated[str | None, Field(examples=["https://erp.example.com/files/dental.png"])]
	childCount: Annotated[int, Field(examples=[1])]
	children: Annotated[list[MenuEntry], Field(examples=[[]])]


@public("GET", "POST", cached=CACHED)
def get_menu(parent: GroupName, mobile_view: Annotated[Flag, Field(examples=[1])] = 0) -> MenuEntry:
	"""An Item Group with the groups below it, those with the most children first.

	:param parent: the name of the Item Group
	:param mobile_view: 0: its children alone, without pictures and with blank addresses; 1: all groups below
		it, with both
	:returns: the Item Group. `childCount` is the number of its direct children, `url` its route
	:raises NotFound: there is no such Item Group
	"""
	top = known_group(parent)
	return _whole(top) if mobile_view else _one_level(top.name)


def known_group(name: str) -> Group:
	"""The Item Group of a name.

	:raises NotFound: there is no such Item Group
	"""
	found = by_name(name)
	if not found:
		not_found(_("Item Group not found: {0}").format(name))
	return found


def _whole(top: Group) -> MenuEntry:
	group = frappe.qb.DocType(DOCTYPE)
	groups = _groups((group.lft >= top.lft) & (group.rgt <= top.rgt))
	counts = Counter(group.parent_item_group for group in groups)
	entries, children = {}, defaultdict(list)
	for group in groups:
		entry = _entry(group, counts[group.name])
		entry["url"] = group.custom_medusa_route or ""
		entry["thumbnail"] = images.address(group.image)
		entries[group.name] = entry
		children[group.parent_item_group].append(entry)
	for name, entry in entries.items():
		entry["children"] = _sorted(children[name])
	return entries[top.name]


def _one_level(name: str) -> MenuEntry:
	group = frappe.qb.DocType(DOCTYPE)
	groups = _groups((group.parent_item_group == name) | (group.name == name))
	counts = dict(
		frappe.qb.from_(group)
		.select(group.parent_item_group, Count("*"))
		.where(group.parent_item_group.isin([each.name for each in groups]))
		.groupby(group.parent_item_group)
		.run()
	)
	entries = {each.name: _entry(each, counts.get(each.name, 0)) for each in groups}
	top = entries.pop(name)
	top["children"] = _sorted(entries.values())
	return top


def _groups(condition: Criterion) -> list[frappe._dict]:
	group = frappe.qb.DocType(DOCTYPE)
	return (
		frappe.qb.from_(group)
		.select(
			group.name,
			group.item_group_name,
			group.parent_item_group,
			group.custom_medusa_route,
			group.image,
		)
		.where(condition)
		.run(as_dict=True)
	)


def _entry(group: frappe._dict, count: int) -> MenuEntry:
	title = group.item_group_name or group.name
	return {
		"title": title,
		"handle": routes.part(title),
		"url": "",
		"thumbnail": None,
		"childCount": count,
		"children": [],
	}


def _sorted(entries) -> list[MenuEntry]:
	return sorted(entries, key=lambda entry: (-entry["childCount"], entry["title"].casefold()))
