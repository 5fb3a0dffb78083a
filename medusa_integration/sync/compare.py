"""ERPNext and Medusa side by side, page by page: what is missing there, too much, doubled or different.

Reads only. What differs is put right by sending it again through the outbox, and what belongs to Website Items that
are gone by deleting it.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.utils import getdate

from medusa_integration.medusa.v2 import MedusaV2
from medusa_integration.sync import bulk, catalogue, outbox, prices, products, shop, stock, writes

PAGE = 200
FIELDS = (
	"title", "description", "status", "thumbnail", "origin_country", "collection_id", "discountable",
	"item_code", "brand_name", "short_description", "ranking", "specifications",
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
	"""One thing that isn't as it should be.

	:param verdict: "missing", "extra", "doubled" or "different", in Medusa
	:param what: "product", "price", "stock", or a product's field
	:param name: the Website Item's
	:param id: of what is in Medusa
	"""

	verdict: str
	what: str
	name: str
	ours: object = ""
	theirs: object = ""
	id: str = ""

	def line(self) -> tuple[str, ...]:
		"""For a table: verdict, what, Website Item, ERPNext's value, Medusa's."""
		return self.verdict, self.what, self.name, _short(self.ours), _short(self.theirs)


def _short(value: object) -> str:
	text = "" if value is None else " ".join(str(value).split())
	return text if len(text) <= 40 else f"{text[:39]}…"


class Comparison:
	"""One comparison of the whole shop. `differences` fills while `run` goes on."""

	def __init__(self, medusa: MedusaV2) -> None:
		self.medusa = medusa
		self.differences: list[Difference] = []
		self.compared = Counter()
		self._ids: dict[str, list[str]] = defaultdict(list)  # of the products, by Website Item
		self._stray_prices: dict[str, list[str]] = {}  # "list id/row id" by Website Item

	def length(self) -> int:
		"""About how much `run` yields in all."""
		return 3 * len(catalogue.items())

	def run(self) -> Iterator[int]:
		"""Compare, and yield how many records each step was about.

		:raises MedusaError: where Medusa can't be asked
		"""
		for page in self.medusa.products_in_pages(PAGE):
			self._compare_products(page)
			frappe.db.commit()  # writes the log of the page's call, which would pile up otherwise
			yield len(page)
		self._compare_ids()
		yield from self._compare_prices()
		yield from self._compare_stock()

	def summary(self) -> str:
		"""In one line: what was compared, and what was found."""
		found = Counter(each.verdict for each in self.differences)
		words = [f"{count} {verdict}" for verdict, count in sorted(found.items())] or ["all agrees"]
		waiting = frappe.db.count(outbox.DOCTYPE)
		return (
			f"{self.compared['product']} products, {self.compared['price']} prices, {self.compared['stock']} quantities: "
			f"{', '.join(words)}." + (f" {waiting} rows of the outbox aren't sent yet." if waiting else "")
		)

	# --- products

	def _compare_products(self, page: list[dict]) -> None:
		self.compared["product"] += len(page)
		name_of = _names(page)
		wanted = products.payloads([name for name in name_of.values() if name])
		for product in page:
			name = name_of[product["id"]]
			if name in wanted:
				if not self._ids[name] or product["id"] == wanted[name]["id"]:
					self._compare_fields(wanted[name], product)
				self._ids[name].append(product["id"])
			elif name and _value(product, "item_code"):  # made by us, not by hand or by another tool
				self._add("extra", "product", name, theirs=product["title"], id=product["id"])

	def _compare_fields(self, wanted: dict, product: dict) -> None:
		name = wanted["external_id"]
		for field in (*FIELDS, *wanted["metadata"]):
			ours = wanted[field] if field in wanted else wanted["metadata"][field]
			self._compare(field, name, ours, _value(product, field))
		self._compare("images", name, sorted(wanted["images"]), sorted(i["url"] for i in product["images"]))
		own = next((v for v in product["variants"] if v["id"] == wanted["variant_id"]), None)
		if own:
			for field in ("sku", "allow_backorder"):
				self._compare(field, name, wanted[field], own[field])
		else:
			self._add("missing", "variant", name, ours=wanted["variant_id"])

	def _compare_ids(self) -> None:
		known = {item.name: item.medusa_id for item in catalogue.items()}
		for name in known.keys() - self._ids.keys():
			self._add("missing", "product", name)
		for name, ids in self._ids.items():
			kept = known.get(name) if known.get(name) in ids else ids[0]
			self._compare("medusa_id", name, known.get(name), kept)
			for id in ids:
				if id != kept:
					self._add("doubled", "product", name, ours=known.get(name), theirs=id, id=id)

	# --- prices

	def _compare_prices(self) -> Iterator[int]:
		price_list, today = shop.settings().price_list, getdate()
		rows = defaultdict(list)  # by variant
		for window, page in self.medusa.prices_in_pages(price_list):
			if not window[1] or window[1] >= today:
				for row in page:
					rows[row["variant_id"]].append((window, row))
		for names in frappe.utils.create_batch(sorted(self._ids), PAGE):
			for item, wanted in prices.wanted(names, set(self.medusa.currencies)):
				found = rows.pop(item.medusa_variant_id, [])
				self._compare_item_prices(item.name, wanted, found, today)
			yield len(names)

	def _compare_item_prices(self, name: str, wanted: dict, found: list, today: date) -> None:
		"""What holds from today on: a price that is in force doesn't differ by when it began."""
		ours = {(_from(window, today), currency): amount for (window, currency), amount in wanted.items()}
		theirs = defaultdict(list)
		for window, row in found:
			theirs[_from(window, today), row["currency_code"]].append(row["amount"])
		self.compared["price"] += len(ours)
		before = len(self.differences)
		for key in sorted({*ours, *theirs}, key=str):
			amounts = theirs.get(key, [])
			label = f"price {_words(key)}"
			if not amounts:
				self._add("missing", label, name, ours=ours[key])
			elif key not in ours:
				self._add("extra", label, name, theirs=amounts[0])
			else:
				self._compare(label, name, ours[key], amounts[0])
			if len(amounts) > 1:
				self._add("doubled", label, name, ours=ours.get(key), theirs=amounts)
		if len(self.differences) > before:
			self._stray_prices[name] = [f"{row['price_list_id']}/{row['id']}" for _window, row in found]

	# --- stock

	def _compare_stock(self) -> Iterator[int]:
		for names in frappe.utils.create_batch(sorted(self._ids), PAGE):
			wanted = stock.wanted(names)
			found = self.medusa.stock_levels([variant for _name, variant, _units in wanted]) if wanted else {}
			for name, variant, units in wanted:
				if variant in found:
					self._compare("stock", name, units, found[variant])
				else:
					self._add("missing", "stock", name, ours=units)
			self.compared["stock"] += len(wanted)
			frappe.db.commit()  # as above
			yield len(names)

	# --- putting it right

	def extras(self) -> list[Difference]:
		"""Products in Medusa that we made for Website Items which are gone."""
		return [each for each in self.differences if (each.verdict, each.what) == ("extra", "product")]

	def to_resend(self) -> list[str]:
		"""The Website Items of which something is missing or different."""
		extras = {each.name for each in self.extras()}
		return sorted({each.name for each in self.differences} - extras)

	def queue_repairs(self) -> int:
		"""Note that what is missing or different has to be sent again. Returns the number of Website Items."""
		names = self.to_resend()
		for part in frappe.utils.create_batch(names, bulk.PART):
			self._mark_stray_prices(part)
			frappe.db.commit()  # the drain must not wait for the rows that are locked here
		return bulk.resend(names)

	def queue_deletions(self) -> int:
		"""Note that the products of Website Items that are gone have to be deleted. Returns their number."""
		for each in self.extras():
			outbox.add(products.KIND, products.DOCTYPE, each.name, medusa_ids={"id": each.id})
		frappe.db.commit()  # as all of the outbox's notes from outside of a save
		return len(self.extras())

	def _mark_stray_prices(self, names: list[str]) -> None:
		"""Have the price rows deleted that a Website Item has in Medusa and doesn't know of."""
		item = frappe.qb.DocType(products.DOCTYPE)
		names = [name for name in names if self._stray_prices.get(name)]
		if not names:
			return
		query = frappe.qb.from_(item).select(item.name, item.medusa_prices).where(item.name.isin(names))
		values = {}
		for name, text in query.for_update().run():
			known = self.medusa.with_strays(json.loads(text or "{}"), self._stray_prices[name])
			values[name] = {"medusa_prices": json.dumps(known)}
		writes.write(products.DOCTYPE, values)

	# --- helpers

	def _compare(self, what: str, name: str, ours: object, theirs: object) -> None:
		if (ours or None) != (theirs or None):
			self._add("different", what, name, ours, theirs)

	def _add(self, verdict: str, what: str, name: str, ours="", theirs="", id: str = "") -> None:
		self.differences.append(Difference(verdict, what, name, ours, theirs, id))


def _names(page: list[dict]) -> dict[str, str]:
	"""`{product id: Website Item}`: the one that knows the product, else the one that it names; "" for none.

	v1 keeps no external id, and has the item code in a column of ours instead.
	"""
	by_id = _website_items("medusa_id", [product["id"] for product in page])
	codes = {product["id"]: product.get("item_code") for product in page if not product["external_id"]}
	by_code = _website_items("item_code", filter(None, codes.values()))
	names = {}
	for product in page:
		id, code = product["id"], codes.get(product["id"])
		names[id] = by_id.get(id) or product["external_id"] or by_code.get(code, code) or ""
	return names


def _website_items(field: str, values: Iterable[str]) -> dict[str, str]:
	filters = {field: ("in", [*values, ""])}
	return dict(frappe.get_all(products.DOCTYPE, filters, [field, "name"], as_list=True, order_by="name"))


def _value(product: dict, field: str) -> object:
	"""A product's field, which is in the metadata where Medusa has no column for it."""
	return product[field] if field in product else (product["metadata"] or {}).get(field)


def _from(window, today: date) -> tuple[date | None, date | None]:
	start, end = window
	return (start if start and start > today else None), end


def _words(key: tuple) -> str:
	(start, end), currency = key
	days = f" {start or '…'} – {end or '…'}" if start or end else ""
	return f"{currency.upper()}{days}"
