"""The storefront's calls about the landing page: its links, banners, videos and testimonials.

A link leads to an Item Group, a Brand or a product. Records that the storefront doesn't show are left out.
Without a landing page every list is empty. Each call makes a constant number of queries.

Source: docs/reference.md, "Landing page".
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Annotated, Literal

import frappe
from frappe import _
from pydantic import Field
from typing_extensions import TypedDict

from medusa_integration import tree
from medusa_integration.products import images, routes
from medusa_integration.storefront.access import public
from medusa_integration.storefront.cards import CACHED
from medusa_integration.storefront.errors import not_found
from medusa_integration.storefront.navigation import GroupName
from medusa_integration.window import landing_page
from medusa_integration.window.shown_items import is_shown

GROUP, BRAND, PRODUCT = "Item Group", "Brand", "Website Item"


class Link(TypedDict):
	"""The target of an entry of the landing page."""

	link_doctype: Annotated[Literal["Item Group", "Brand", "Website Item"] | None, Field(examples=[GROUP])]
	name: Annotated[str | None, Field(description="of the record in ERPNext", examples=["Dental"])]
	title: Annotated[str | None, Field(examples=["Dental"])]
	handle: Annotated[str | None, Field(examples=["dental"])]
	url: Annotated[str | None, Field(description="the route of an Item Group", examples=["products/dental"])]
	thumbnail: Annotated[str | None, Field(examples=["https://erp.example.com/files/dental.png"])]
	id: Annotated[str | None, Field(description="Medusa's id of a product", examples=[None])]


class Banner(Link):
	"""A picture and its link. The link's fields are null if the picture leads nowhere."""

	image: Annotated[str | None, Field(examples=["https://erp.example.com/files/banner.jpg"])]


class Video(TypedDict):
	url: Annotated[str, Field(examples=["https://www.youtube.com/watch?v=M7lc1UVf-VE"])]
	id: Annotated[
		str | None,
		Field(description="Medusa's id of the product", examples=["prod_01JDB3X5GH2M4C8P1R6W9E7TYU"]),
	]
	title: Annotated[str | None, Field(description="of the product", examples=["Nitrile Gloves, M"])]


class Testimonial(TypedDict):
	image_url: Annotated[str | None, Field(examples=["https://erp.example.com/files/aisha.jpg"])]
	review: Annotated[str, Field(examples=["Always in time."])]
	review_by: Annotated[str, Field(examples=["Aisha Al Harthy"])]
	designation: Annotated[str, Field(examples=["Dentist"])]


NOWHERE = Link(link_doctype=None, name=None, title=None, handle=None, url=None, thumbnail=None, id=None)


@public("GET", "POST", cached=CACHED)
def get_homepage_top_section() -> list[Link]:
	"""The Item Groups and Brands at the top of the landing page.

	:returns: the links, in the order of the table
	"""
	return _links(_rows("top_section"))


@public("GET", "POST", cached=CACHED)
def get_homepage_menu_section() -> list[Link]:
	"""The Item Groups and Brands of the landing page's menu.

	:returns: the links, in the order of the table
	"""
	return _links(_rows("menu_section"))


@public("GET", "POST", cached=CACHED)
def get_homepage_order_list() -> list[Link]:
	"""The Item Groups in the order in which the landing page shows them.

	:returns: the links, in that order
	"""
	rows = _rows("order")
	return _links([frappe._dict(link_doctype=GROUP, name1=row.label) for row in rows])


@public("GET", "POST", cached=CACHED, shows_products=True)
def get_homepage_banners() -> list[Banner]:
	"""The banners of the landing page.

	:returns: the banners, in the order of the table
	"""
	return _banners(_rows("banners"))


@public("GET", "POST", cached=CACHED, shows_products=True)
def get_best_deals() -> list[Banner]:
	"""The best deals: pictures, each of which leads to a product.

	:returns: the banners, in the order of the table
	"""
	rows = [frappe._dict(row, link_doctype=PRODUCT, name1=row.website_item) for row in _rows("best_deals")]
	return [banner for banner in _banners(rows) if banner["id"]]


@public("GET", "POST", cached=CACHED, shows_products=True)
def get_product_details_banner(item_group: GroupName) -> list[Banner]:
	"""The banners beside the products of an Item Group: its own, else those of the nearest Item Group above
	it that has banners.

	:param item_group: of the product
	:returns: the banners, in the order of the table
	:raises NotFound: there is no such Item Group
	"""
	rows = _rows("product_details_banner")
	by_group = defaultdict(list)
	for row in rows:
		by_group[row.item_group].append(row)
	nearest = next((group for group in _with_ancestors(item_group) if group in by_group), None)
	return _banners(by_group[nearest])


@public("GET", "POST", cached=CACHED, shows_products=True)
def get_product_details_banner_item_group(item_group: GroupName) -> list[Banner]:
	"""The banners of an Item Group alone, for its own page.

	:param item_group: its name
	:returns: the banners, in the order of the table
	:raises NotFound: there is no such Item Group
	"""
	name = _with_ancestors(item_group)[0]
	return _banners([row for row in _rows("product_details_banner") if row.item_group == name])


@public("GET", "POST", cached=CACHED, shows_products=True)
def get_yt_videos_list() -> list[Video]:
	"""The videos of the landing page, each with its product, if that is shown.

	:returns: the videos, in the order of the table
	"""
	rows = _rows("urls")
	products = _products({row.website_item for row in rows})
	return [
		{
			"url": row.url or "",
			"id": products.get(row.website_item, NOWHERE)["id"],
			"title": products.get(row.website_item, NOWHERE)["title"],
		}
		for row in rows
	]


@public("GET", "POST", cached=CACHED)
def get_testimonials() -> list[Testimonial]:
	"""The customers' testimonials on the landing page.

	:returns: the testimonials, in the order of the table
	"""
	return [
		{
			"image_url": images.address(row.image_url),
			"review": row.review or "",
			"review_by": row.review_by or "",
			"designation": row.designation or "",
		}
		for row in _rows("testimonials")
	]


def _rows(table: str) -> list[frappe._dict]:
	"""The rows of one of the landing page's tables, in order."""
	meta = frappe.get_meta(landing_page.DOCTYPE)
	child = meta.get_field(table).options
	return frappe.get_all(
		child,
		{"parenttype": landing_page.DOCTYPE, "parent": landing_page.ACTIVE, "parentfield": table},
		[field.fieldname for field in frappe.get_meta(child).get("fields")],
		order_by="idx",
	)


def _with_ancestors(item_group: str) -> list[str]:
	"""The Item Group and those above it, the nearest first.

	:raises NotFound: there is no such Item Group
	"""
	found = tree.paths(GROUP, [item_group]).get(item_group, [])
	if not found:
		not_found(_("Item Group not found: {0}").format(item_group))
	return found


def _links(rows: list[frappe._dict]) -> list[Link]:
	"""The links of rows with `link_doctype` and `name1`; rows that lead nowhere are left out."""
	targets = _targets(rows)
	return [targets[key] for row in rows if (key := (row.link_doctype, row.name1)) in targets]


def _banners(rows: list[frappe._dict]) -> list[Banner]:
	targets = _targets(rows)
	return [
		{"image": images.address(row.url), **targets.get((row.link_doctype, row.name1), NOWHERE)}
		for row in rows
	]


def _targets(rows: list[frappe._dict]) -> dict[tuple[str, str], Link]:
	"""`{(DocType, name): the link}`, with one query a DocType."""
	names = defaultdict(set)
	for row in rows:
		names[row.link_doctype].add(row.name1)
	found = {
		GROUP: _groups(names[GROUP]),
		BRAND: _brands(names[BRAND]),
		PRODUCT: _products(names[PRODUCT]),
	}
	return {(doctype, name): link for doctype, links in found.items() for name, link in links.items()}


def _groups(names: Iterable[str]) -> dict[str, Link]:
	fields = ["name", "item_group_name", "custom_medusa_route", "image"]
	return {
		row.name: Link(
			link_doctype=GROUP,
			name=row.name,
			title=row.item_group_name or row.name,
			handle=routes.part(row.item_group_name or row.name),
			url=row.custom_medusa_route or "",
			thumbnail=images.address(row.image),
			id=None,
		)
		for row in frappe.get_all(GROUP, {"name": ("in", _some(names))}, fields)
	}


def _brands(names: Iterable[str]) -> dict[str, Link]:
	return {
		row.name: Link(
			link_doctype=BRAND,
			name=row.name,
			title=row.brand or row.name,
			handle=routes.part(row.brand or row.name),
			url=None,
			thumbnail=images.address(row.image),
			id=None,
		)
		for row in frappe.get_all(BRAND, {"name": ("in", _some(names))}, ["name", "brand", "image"])
	}


def _products(names: Iterable[str]) -> dict[str, Link]:
	page = frappe.qb.DocType(PRODUCT)
	rows = (
		frappe.qb.from_(page)
		.select(page.name, page.web_item_name, page.medusa_handle, page.website_image, page.medusa_id)
		.where(page.name.isin(_some(names)) & is_shown(page))
		.run(as_dict=True)
	)
	return {
		row.name: Link(
			link_doctype=PRODUCT,
			name=row.name,
			title=row.web_item_name,
			handle=row.medusa_handle or None,
			url=None,
			thumbnail=images.address(row.website_image),
			id=row.medusa_id,
		)
		for row in rows
	}


def _some(names: Iterable[str]) -> list[str]:
	return sorted(filter(None, names)) or [""]
