"""What a visitor must find in the shop, worked out from the catalogue alone: nothing of the app is used here."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

from tools.demo.rows import ROOT_GROUP, Row, group_path, specifications


@dataclass
class Shop:
	"""What is in a shop: `{title: facts}` of its groups, and by sku the facts of products and variants, and prices."""

	groups: dict[str, dict]
	products: dict[str, dict]
	variants: dict[str, dict]
	prices: dict[str, tuple[str, Decimal]]


def shop(rows: list[Row], today: date, site_url: str, countries: dict[str, str]) -> Shop:
	"""What the shop must hold today.

	:param site_url: the site's address, without a slash at the end
	:param countries: `{name: ISO code}`
	"""
	sold = {row["item_code"]: row for row in rows if row["published"] == "1"}
	return Shop(
		groups={group_path(row)[-1]: _group(group_path(row)) for row in sold.values()},
		products={code: product_facts(row, site_url, countries) for code, row in sold.items()},
		variants={code: _variant(row) for code, row in sold.items()},
		prices={code: ("omr", Decimal(row["price"])) for code, row in sold.items() if _in_force(row, today)},
	)


def _group(path: list[str]) -> dict:
	return {"metadata": {"parent_item_group": [ROOT_GROUP, *path][-2], "is_group": 0}}


def product_facts(row: Row, site_url: str, countries: dict[str, str]) -> dict:
	"""What a visitor finds of a row's product."""
	# an upload goes to one folder, whatever folder it came from
	image = f"{site_url}/files/{quote(Path(row['image']).name)}" if row["image"] else None
	return {
		"title": row["web_item_name"],
		"description": lines(row["web_long_description"]),
		"collection": group_path(row)[-1],
		"thumbnail": image,
		"images": [image] if image else [],
		"origin_country": countries.get(row["country_of_origin"]),
		"discountable": False,
		"metadata": {
			"item_code": row["item_code"],
			"brand_name": row["brand"],
			"short_description": row["short_description"],
			"ranking": int(row["ranking"]),
			"UOM": row["stock_uom"],
			"has_variants": False,
			"variant_of": "",
			"parent_website_item": "",
			"specifications": [(lines(label), lines(value)) for label, value in specifications(row)],
		},
	}


def _variant(row: Row) -> dict:
	return {"title": "Default", "allow_backorder": row["on_backorder"] == "1", "manage_inventory": True}


def _in_force(row: Row, today: date) -> bool:
	starts = date.fromisoformat(row["valid_from"] or "0001-01-01")
	ends = date.fromisoformat(row["valid_upto"] or "9999-12-31")
	return bool(row["price"]) and starts <= today <= ends


def lines(html: str) -> list[str]:
	"""The lines of text that a reader of `html` sees, without blank ones; list items begin with - or their number.
	Text without any tag has the lines that it has."""
	if "<" not in html:
		html = html.replace("\n", "<br>")
	reader = _Lines()
	reader.feed(html)
	reader.close()
	return reader.lines()


class _Lines(HTMLParser):
	OF_THEIR_OWN = {"p", "div", "ul", "ol", "li", "table", "tr", "br"}
	UNSEEN = {"script", "style"}

	def __init__(self) -> None:
		super().__init__(convert_charrefs=True)
		self._found = [""]
		self._lists: list[
			int | None
		] = []  # of the lists around: the number of the last item, None for bullets
		self._unseen = 0

	def lines(self) -> list[str]:
		texts = (re.sub(r"\s+", " ", line).strip(" |") for line in self._found)
		return [text for text in texts if text]

	def handle_starttag(self, tag, attrs):
		if tag in self.OF_THEIR_OWN:
			self._found.append("")
		if tag in ("ul", "ol"):
			self._lists.append(0 if tag == "ol" else None)
		elif tag == "li":
			self._found[-1] += self._mark()
		self._unseen += tag in self.UNSEEN

	def handle_endtag(self, tag):
		if tag in ("ul", "ol"):
			self._lists.pop()
		elif tag in ("td", "th"):
			self._found[-1] += " | "
		if tag in self.OF_THEIR_OWN:
			self._found.append("")
		self._unseen -= tag in self.UNSEEN

	def handle_data(self, data):
		if not self._unseen:
			self._found[-1] += data

	def _mark(self) -> str:
		if not self._lists or self._lists[-1] is None:
			return "- "
		self._lists[-1] += 1
		return f"{self._lists[-1]}. "
