"""Medusa v1's wire format, that of contract section 4. Everything that only v1 knows is here; see medusa.md and
tests/medusa/test_v1.py for what was measured.

Fields that v1 has no column for (item_code, brand_name, …) are the storefront's extension's, as are the two routes
for orders and quotations.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from operator import itemgetter
from urllib.parse import quote

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.errors import (
	MedusaClash,
	MedusaError,
	MedusaNotFound,
	MedusaRejected,
	MedusaSkuTaken,
	NotSendable,
)
from medusa_integration.medusa.handles import handle
from medusa_integration.medusa.matching import differs, match_variant, query_parts
from medusa_integration.medusa.sizes import sort_out
from medusa_integration.medusa.v1.prices import PricesV1

# PostgreSQL's words for an sku that another variant has; a handle that another product has gets words of Medusa's
DUPLICATE_SKU = "duplicate key value violates unique constraint"
ALREADY_THERE = ("duplicate_error", DUPLICATE_SKU)


class MedusaV1:
	"""The operations of the integration on a v1 server; what they share with MedusaV2's is explained there.

	v1 has no batches: every record takes its own call, a few at once, and what is refused is refused for it alone.

	:param client: a session
	:param memory: see MedusaV2
	:param sales_channel: an id; blank: v1 takes the shop's default one
	:param time_zone: the one in which the days of prices' validity begin
	"""

	version = "v1"
	sign_in_path = "/admin/auth/token"
	key_header = "x-medusa-access-token"
	max_body = 100_000  # bytes of a call; from 102,400 on v1 answers 413

	def __init__(
		self, client: MedusaClient, memory, *, sales_channel: str = "", time_zone: str = "UTC", **_of_v2: str
	) -> None:
		self.client = client
		self.memory = memory
		self.time_zone = time_zone
		self.chosen = {"sales_channel": sales_channel}

	# --- the shop itself

	@cached_property
	def store(self) -> dict:
		"""`GET /admin/store`: the server's one store, with its currencies."""
		return self.client.get("/admin/store")["store"]

	def ping(self) -> None:
		"""Nothing where Medusa lets us in and its database answers, else the MedusaError that says why not."""
		self.client.get("/admin/store")

	@cached_property
	def currencies(self) -> set[str]:
		"""Upper-case ISO codes of the currencies that the shop sells in."""
		return {currency["code"].upper() for currency in self.store["currencies"]}

	@cached_property
	def sales_channel(self) -> str:
		return self.chosen["sales_channel"] or self.store["default_sales_channel_id"] or ""

	shipping_profile = ""  # v1 gives every product the default one

	def choices(self) -> dict[str, list[dict]]:
		"""What the configuration's pick-lists offer: `{field: [{"value": id, "label": name}]}`."""
		channels = self.client.get("/admin/sales-channels", {"limit": 200})["sales_channels"]
		return {"sales_channel": [{"value": row["id"], "label": row["name"]} for row in channels]}

	@cached_property
	def offered(self) -> dict[str, dict[str, str]]:
		"""The same, to look names up: `{field: {id: name}}`."""
		return {field: {row["value"]: row["label"] for row in rows} for field, rows in self.choices().items()}

	# --- collections

	def upsert_collection(self, collection: dict) -> str:
		"""Create or update one collection and return its id. v1 keeps no external id: its handle finds it again.

		:param collection: as MedusaV2's
		"""
		body = {"title": collection["title"], "metadata": collection["metadata"]}
		found = self._find_collection(collection)
		if not found:
			body["handle"] = self._free_handle(collection)
			return self.client.post("/admin/collections", body)["collection"]["id"]
		if any(differs(value, found.get(key)) for key, value in body.items()):
			self.client.post(f"/admin/collections/{found['id']}", body)
		return found["id"]

	def _find_collection(self, collection: dict) -> dict | None:
		"""By id, else by the handle that our name makes: another worker's, or the one of a call whose reply was lost."""
		found = self._collection(collection["id"]) if collection.get("id") else None
		if found:
			return found
		for found in self._collections_named([collection["external_id"], *collection.get("former_ids", ())]):
			# where the group had another one, who has that handle may be a renamed one's
			is_own = found["title"] == collection["title"] or not collection.get("id")
			if is_own and found["id"] not in collection.get("not_ids", ()):
				return found
		return None

	def _free_handle(self, collection: dict) -> str:
		"""Its own, unless a renamed group's collection still has that."""
		for taken in self._pages("collections", 100, {"handle": collection["handle"]}):
			if taken["id"] in collection.get("not_ids", ()):
				return f"{collection['handle']}-{taken['id'][-6:].lower()}"
		return collection["handle"]

	def _collections_named(self, names: Iterable[str]) -> Iterator[dict]:
		"""Ours by their handles: who has another's has not our metadata."""
		for name in names:
			for row in self._pages("collections", 100, {"handle": handle("", name)}):
				found = self._collection(row["id"])
				if found and "parent_item_group" in (found["metadata"] or {}):
					yield found

	def _collection(self, id: str) -> dict | None:
		"""With its metadata, which the list hasn't."""
		try:
			return self.client.get(f"/admin/collections/{id}")["collection"]
		except MedusaNotFound:
			return None

	def collections_named(self, external_ids: Iterable[str]) -> set[str]:
		"""The ids of the collections that were made for one of the names."""
		return {row["id"] for row in self._collections_named(external_ids)}

	def collections_there(self, ids: Iterable[str]) -> set[str]:
		"""Which of the ids Medusa still has."""
		wanted = set(ids)
		return wanted & {row["id"] for row in self._pages("collections", 1000, {})} if wanted else set()

	def collections_in_pages(self, page: int = 200) -> Iterator[list[dict]]:
		"""Every collection of the shop, `page` at a time, without its metadata, which comes with its products."""
		yield from self._batches("collections", page, {})

	def delete_collection(self, id: str) -> None:
		"""Delete a collection; its products stay. An unknown id is fine."""
		self.client.delete(f"/admin/collections/{id}")

	# --- prices

	def write_prices(self, source: str, items: list[dict], books) -> dict[str, dict | MedusaError]:
		"""Make price lists agree with items' prices; see MedusaV2.write_prices. It needs no `books`."""
		results = PricesV1(self.client).write(source, items)
		return {item["external_id"]: result for item, result in zip(items, results, strict=True)}

	def forget_prices(self, source: str, known: list[dict], books) -> None:
		"""Nothing: `delete_products` takes the price lists of its products along."""

	def prices_in_pages(self, source: str, page: int = 200) -> Iterator[tuple[tuple, list[dict]]]:
		"""Every price of the lists that stand for an ERPNext price list, of `page` products at a time; see
		MedusaV2.prices_in_pages."""
		for products in self.products_in_pages(page):
			ids = [product["id"] for product in products]
			yield from PricesV1(self.client).of_products(source, ids, self.time_zone)

	def with_strays(self, known: dict, strays: list[str]) -> dict:
		"""See MedusaV2.with_strays. Here `write_prices` reads what is there, and deletes what it doesn't want."""
		return known

	# --- products

	def upsert_products(self, products: list[dict]) -> dict[str, dict | MedusaError]:
		"""Create or update products with their one variant.

		:param products: as MedusaV2's, with `former_handles` and `endings` of handles
		:returns: `{external_id: {"id", "variant_id"}}`, or a MedusaError where Medusa refused one, NotSendable where it
			is too large to be sent

		A product that isn't found by its id is looked up by its handle first, and by its sku where Medusa says that it
		is there already: so a call that was applied without our knowing is never made into a second product.
		"""
		fitting, too_large = sort_out(products, self.max_body)
		fitting = [product for product, _size in fitting]
		known = {row["id"]: row for row in self._products_by_id(p["id"] for p in fitting if p.get("id"))}

		chosen, default = self.chosen["sales_channel"], self.sales_channel

		def act(client: MedusaClient, product: dict) -> dict:
			return _Writer(client, product, chosen, default).write(known.get(product.get("id")))

		return self._each(act, fitting) | too_large

	def delete_products(self, ids: Iterable[str], lost: Iterable[dict] = ()) -> None:
		"""Delete products by id, with their prices' lists, and those that may have been created without our knowing.

		:param lost: of each product `handle`, `former_handles`, `endings`, `sku`
		"""
		found = self.client.each(lambda client, product: _find(client, product), list(lost))
		rows = [row for row in _raised(found) if row]
		doomed = sorted({*ids, *(row["id"] for row in rows)})
		prices = PricesV1(self.client)
		price_lists = prices.lists_of(doomed)
		_raised(self.client.each(lambda client, id: client.delete(f"/admin/products/{id}"), doomed))
		_raised(prices.remove_empty(price_lists))  # v1 leaves them there

	def products_in_pages(self, page: int = 200) -> Iterator[list[dict]]:
		"""All products, oldest first: id, external_id (None: v1 has none), title, handle, status, variants, …"""
		channels = ",sales_channels" if self.sales_channel else ""  # a feature that a server can be without
		params = {"expand": f"variants,images,collection{channels}", "order": "created_at"}
		yield from self._batches("products", page, params)

	def products_by_sku(self, skus: Iterable[str]) -> dict[str, list[dict]]:
		"""`{sku: the products with such a variant}`. v1 has no filter for it: all products are read."""
		found: dict[str, list[dict]] = {sku: [] for sku in skus}
		for row in (row for rows in self.products_in_pages() for row in rows) if found else ():
			for sku in {variant["sku"] for variant in row["variants"]} & found.keys():
				found[sku].append(row)
		return found

	def adopt(self, external_ids: dict[str, str]) -> dict[str, MedusaError]:
		"""Nothing to write: v1 keeps no external id. See MedusaV2.adopt."""
		return {}

	# --- stock

	def set_stock(self, levels: list[dict]) -> dict[str, dict | MedusaError]:
		"""Set variants' quantities.

		:param levels: `external_id`, `product_id`, `variant_id`, `quantity` (a whole number)
		:returns: `{external_id: {}}`, or a MedusaError where Medusa refused one
		"""

		def act(client: MedusaClient, level: dict) -> dict:
			path = f"/admin/products/{level['product_id']}/variants/{level['variant_id']}"
			client.post(path, {"inventory_quantity": level["quantity"]})
			return {}

		return self._each(act, levels)

	def stock_levels(self, variant_ids: Iterable[str]) -> dict[str, int]:
		"""The quantities of variants."""
		found = {}
		for part in query_parts("id", variant_ids):
			params = {
				"id[]": part,
				"fields": "id,inventory_quantity",
				"expand": "product",
				"limit": len(part),
			}
			rows = self.client.get("/admin/variants", params)["variants"]
			found.update({row["id"]: row["inventory_quantity"] for row in rows})
		return found

	# --- orders and quotations: routes of the storefront's

	def update_order(self, order: dict) -> None:
		"""Tell the shop an order's status.

		:param order: as MedusaV2's
		:raises MedusaNotFound: where Medusa has no such order
		"""
		body = {key: value for key, value in order.items() if key != "order_id"}
		try:
			self.client.post("/store/order-update", body, {"order_id": order["order_id"]})
		except MedusaNotFound:
			raise
		except MedusaRejected:
			# as v2, v1 changes nothing about an order that was cancelled
			if order["order_status"] != "Cancelled" or not self._is_cancelled(order["order_id"]):
				raise

	def _is_cancelled(self, order_id: str) -> bool:
		order = self.client.get(f"/admin/orders/{quote(order_id, safe='')}", {"fields": "id,status"})["order"]
		return order["status"] == "canceled"

	def update_quotation(self, quotation: dict) -> None:
		"""Tell the shop a quotation's prices.

		:param quotation: as MedusaV2's, and its id at the storefront in `quotation_id`
		:raises NotSendable: where it has no such id
		"""
		if not quotation["quotation_id"]:
			raise NotSendable("The Quotation has no Medusa Quotation Id, by which Medusa v1 would find it.")
		body = {key: value for key, value in quotation.items() if key != "quotation_id"}
		self.client.post("/store/quotation-update", body, {"quot_id": quotation["quotation_id"]})

	# --- how v1 is asked

	def _each(self, act, records: list[dict]) -> dict:
		results = self.client.each(act, records, about=itemgetter("external_id"))
		return {record["external_id"]: result for record, result in zip(records, results, strict=True)}

	def _products_by_id(self, ids: Iterable[str]) -> Iterator[dict]:
		for part in query_parts("id", ids):
			expand = "variants,sales_channels" if self.sales_channel else "variants"
			params = {"id[]": part, "expand": expand, "fields": "id,handle", "limit": len(part)}
			yield from self.client.get("/admin/products", params)["products"]

	def _pages(self, what: str, page: int, params: dict) -> Iterator[dict]:
		for rows in self._batches(what, page, params):
			yield from rows

	def _batches(self, what: str, page: int, params: dict) -> Iterator[list[dict]]:
		offset = 0
		while True:
			reply = self.client.get(f"/admin/{what}", {**params, "limit": page, "offset": offset})
			if reply[what]:
				yield reply[what]
			offset += page
			if offset >= reply["count"]:
				return


class _Writer:
	"""One product's calls. Made and used in one of several threads."""

	def __init__(
		self, client: MedusaClient, product: dict, chosen_channel: str, default_channel: str
	) -> None:
		self.client = client
		self.product = product
		self.chosen_channel = chosen_channel
		self.default_channel = default_channel

	def write(self, row: dict | None) -> dict:
		"""Update Medusa's `row`, else the product that is there after all, else create it."""
		row = row or _find_by_handle(self.client, self.product)
		try:
			return self._update(row) if row else self._create()
		except MedusaRejected as error:
			if not _says_already_there(error):
				raise
			found = None if row else _find(self.client, self.product)
			if not found:
				raise self._clash(error, row) from error
			return self._update(found)

	def _clash(self, error: MedusaRejected, own: dict | None) -> MedusaError:
		"""What it means that another product has the sku or the handle: one of ours, which has an item code in v1's
		storefront, is about to give it up."""
		others = self.client.get("/admin/products", {"handle": self.product["handle"]})["products"]
		holders = [variant["product"] for variant in _variants_with_sku(self.client, self.product["sku"])]
		others += holders
		if any(other.get("item_code") and other["id"] != (own or {}).get("id") for other in others):
			return MedusaClash(error.message, status_code=error.status_code, type=error.type)
		if not holders:
			return error
		words = f"Product variant with sku: {self.product['sku']}, already exists."
		return MedusaSkuTaken(words, status_code=error.status_code, type=error.type)

	def _create(self) -> dict:
		body = {
			**self._common_body(),
			"handle": self.product["handle"],
			"is_giftcard": False,
			"options": [{"title": "Default"}],
			"variants": [
				{
					**self._variant_body(),
					"title": "Default",
					"inventory_quantity": 0,
					"prices": [],
					"options": [{"value": "Default"}],
				}
			],
		}
		row = self.client.post("/admin/products", body)["product"]
		return {"id": row["id"], "variant_id": row["variants"][0]["id"], "handle": row["handle"]}

	def _update(self, row: dict) -> dict:
		own = match_variant(self.product, row)
		body = self._common_body()
		own_handle = self.product.get("own_handle")
		if own:
			# a list of variants deletes those that are not in it: the ones made in Medusa are named, not touched
			others = [{"id": variant["id"]} for variant in row["variants"] if variant["id"] != own]
			title = {"title": "Default"} if own_handle else {}
			body["variants"] = [{"id": own, **self._variant_body(), **title}, *others]
		channels = [channel["id"] for channel in row.get("sales_channels") or ()]
		is_lost = "sales_channels" in row and self.default_channel not in channels
		if is_lost and not self.chosen_channel:
			body["sales_channels"] = [{"id": id} for id in (*channels, self.default_channel)]
		if own_handle and own_handle != row["handle"]:
			body["handle"] = own_handle
		written = self.client.post(f"/admin/products/{row['id']}", body)["product"]
		variant = own or (row["variants"][0]["id"] if row["variants"] else "")
		return {"id": row["id"], "variant_id": variant, "handle": written["handle"]}

	def _common_body(self) -> dict:
		product = self.product
		own = (
			"title", "item_code", "description", "short_description", "ranking", "status", "brand_name",
			"origin_country", "specifications", "collection_id", "metadata", "discountable", "thumbnail", "images",
		)  # fmt: skip
		channels = {"sales_channels": [{"id": self.chosen_channel}]} if self.chosen_channel else {}
		return {**{key: product[key] for key in own}, **channels}

	def _variant_body(self) -> dict:
		return {
			"sku": self.product["sku"],
			"manage_inventory": self.product["manage_inventory"],
			"allow_backorder": self.product["allow_backorder"],
			"origin_country": self.product["origin_country"],
		}


def _find(client: MedusaClient, product: dict) -> dict | None:
	"""A product that was made without our knowing: by its handle, else, its title having changed, by its sku and by
	what its handle ends with."""
	return _find_by_handle(client, product) or _find_by_sku(client, product)


def _find_by_handle(client: MedusaClient, product: dict) -> dict | None:
	for each in (product["handle"], *product.get("former_handles", ())):
		params = {"handle": each, "expand": "variants", "fields": "id,handle"}
		for row in client.get("/admin/products", params)["products"]:
			if row["handle"] == each:
				return row
	return None


def _find_by_sku(client: MedusaClient, product: dict) -> dict | None:
	for variant in _variants_with_sku(client, product["sku"]):
		row = variant["product"]
		if any(f"-{row['handle']}".endswith(f"-{ending}") for ending in product["endings"]):
			return row
	return None


def _variants_with_sku(client: MedusaClient, sku: str) -> list[dict]:
	"""One at most, with its product: v1's search finds parts of skus and titles, too."""
	params = {"q": sku, "expand": "product,product.variants", "fields": "id,sku", "limit": 100}
	rows = client.get("/admin/variants", params)["variants"]
	return [row for row in rows if row["sku"] == sku and row["product"]]


def _says_already_there(error: MedusaRejected) -> bool:
	return any(words in (error.type, error.message[: len(words)]) for words in ALREADY_THERE)


def _raised(results: list) -> list:
	for result in results:
		if isinstance(result, MedusaError):
			raise result
	return results
