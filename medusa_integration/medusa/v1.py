"""Medusa v1's wire format, that of contract section 4. Everything that only v1 knows is here; see medusa.md and
tests/test_medusa_v1.py for what was measured.

Fields that v1 has no column for (item_code, brand_name, …) are the storefront's extension's, as are the two routes
for orders and quotations.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.errors import MedusaError, MedusaNotFound, MedusaRejected
from medusa_integration.medusa.matching import differs, match_variant, query_parts
from medusa_integration.medusa.v1_prices import PricesV1

# PostgreSQL's words for an sku that another variant has; a handle that another product has gets words of Medusa's
DUPLICATE_SKU = "duplicate key value violates unique constraint"
ALREADY_THERE = ("duplicate_error", DUPLICATE_SKU)


class MedusaV1:
	"""The operations of the integration on a v1 server; what they share with MedusaV2's is explained there.

	v1 has no batches: every record takes its own call, a few at once, and what is refused is refused for it alone.

	:param client: a session
	:param sales_channel: an id; blank: v1 takes the shop's default one
	"""

	version = "v1"
	sign_in_path = "/admin/auth/token"
	key_header = "x-medusa-access-token"

	def __init__(self, client: MedusaClient, *, sales_channel: str = "", **_of_v2: str) -> None:
		self.client = client
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
			created = self.client.post("/admin/collections", {**body, "handle": collection["handle"]})
			return created["collection"]["id"]
		if any(differs(value, found.get(key)) for key, value in body.items()):
			self.client.post(f"/admin/collections/{found['id']}", body)
		return found["id"]

	def _find_collection(self, collection: dict) -> dict | None:
		"""By id, else by our handle, if it is ours: another's has not our metadata, and one of ours that was renamed
		keeps its handle."""
		found = self._collection(collection["id"]) if collection.get("id") else None
		if found:
			return found
		for row in self._pages("collections", 100, {"handle": collection["handle"]}):
			row = self._collection(row["id"]) if row["title"] == collection["title"] else None
			if row and collection["metadata"].keys() <= (row["metadata"] or {}).keys():
				return row
		return None

	def _collection(self, id: str) -> dict | None:
		"""With its metadata, which the list hasn't."""
		try:
			return self.client.get(f"/admin/collections/{id}")["collection"]
		except MedusaNotFound:
			return None

	def collections_there(self, ids: Iterable[str]) -> set[str]:
		"""Which of the ids Medusa still has."""
		wanted = set(ids)
		return wanted & {row["id"] for row in self._pages("collections", 1000, {})} if wanted else set()

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
		"""See MedusaV2.prices_in_pages; `page` products at a time, and the window as moments."""
		for products in self.products_in_pages(page):
			yield from PricesV1(self.client).of_products(source, [product["id"] for product in products])

	# --- products

	def with_strays(self, known: dict, strays: list[str]) -> dict:
		"""See MedusaV2.with_strays. Here `write_prices` reads what is there, and deletes what it doesn't want."""
		return known

	def upsert_products(self, products: list[dict]) -> dict[str, dict | MedusaError]:
		"""Create or update products with their one variant.

		:param products: as MedusaV2's, with `former_handles` and `endings` of handles
		:returns: `{external_id: {"id", "variant_id"}}`, or a MedusaError where Medusa refused one

		A product that isn't found by its id is looked up by its handle first, and by its sku where Medusa says that it
		is there already: so a call that was applied without our knowing is never made into a second product.
		"""
		known = {row["id"]: row for row in self._products_by_id(p["id"] for p in products if p.get("id"))}

		def act(client: MedusaClient, product: dict) -> dict:
			return _Writer(client, product, self.chosen["sales_channel"]).write(known.get(product.get("id")))

		return self._each(act, products)

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
		params = {"expand": "variants,images", "order": "created_at"}
		rows: list[dict] = []
		for row in self._pages("products", page, params):
			rows.append(row)
			if len(rows) == page:
				yield rows
				rows = []
		if rows:
			yield rows

	def products_by_sku(self, skus: Iterable[str]) -> dict[str, list[dict]]:
		"""`{sku: the products with such a variant}`. v1 has no filter for it: all products are read."""
		found: dict[str, list[dict]] = {sku: [] for sku in skus}
		for row in (row for rows in self.products_in_pages() for row in rows) if found else ():
			for sku in {variant["sku"] for variant in row["variants"]} & found.keys():
				found[sku].append(row)
		return found

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
		"""The quantities of those variants that are there."""
		found = {}
		for part in query_parts("id", variant_ids):
			params = {"id[]": part, "limit": len(part)}
			for variant in self.client.get("/admin/variants", params)["variants"]:
				found[variant["id"]] = variant["inventory_quantity"]
		return found

	# --- orders and quotations: routes of the storefront's

	def update_order(self, order: dict) -> None:
		"""Tell the shop an order's status (contract section 4): amounts in major units."""
		body = {key: value for key, value in order.items() if key != "order_id"}
		self.client.post("/store/order-update", body, {"order_id": order["order_id"]})

	def update_quotation(self, quotation: dict) -> None:
		"""Tell the shop a quotation's prices (contract section 4)."""
		body = {key: value for key, value in quotation.items() if key != "quotation_id"}
		self.client.post("/store/quotation-update", body, {"quot_id": quotation["quotation_id"]})

	# --- how v1 is asked

	def _each(self, act, records: list[dict]) -> dict:
		results = self.client.each(act, records)
		return {record["external_id"]: result for record, result in zip(records, results, strict=True)}

	def _products_by_id(self, ids: Iterable[str]) -> Iterator[dict]:
		for part in query_parts("id", ids):
			params = {"id[]": part, "expand": "variants", "fields": "id,handle", "limit": len(part)}
			yield from self.client.get("/admin/products", params)["products"]

	def _pages(self, what: str, page: int, params: dict) -> Iterator[dict]:
		offset = 0
		while True:
			reply = self.client.get(f"/admin/{what}", {**params, "limit": page, "offset": offset})
			yield from reply[what]
			offset += page
			if offset >= reply["count"]:
				return


class _Writer:
	"""One product's calls. Made and used in one of several threads."""

	def __init__(self, client: MedusaClient, product: dict, sales_channel: str) -> None:
		self.client = client
		self.product = product
		self.sales_channel = sales_channel

	def write(self, row: dict | None) -> dict:
		"""Update Medusa's `row`, else the product that is there after all, else create it."""
		row = row or _find_by_handle(self.client, self.product)
		try:
			return self._update(row) if row else self._create()
		except MedusaRejected as error:
			if row or not _says_already_there(error):
				raise _in_words(error, self.product) from error
			row = _find(self.client, self.product)
			if not row:
				raise _in_words(error, self.product) from error
			return self._update(row)

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
		return {"id": row["id"], "variant_id": row["variants"][0]["id"]}

	def _update(self, row: dict) -> dict:
		own = match_variant(self.product, row)
		body = self._common_body()
		if own:
			# a list of variants deletes those that are not in it: the ones made in Medusa are named, not touched
			others = [{"id": variant["id"]} for variant in row["variants"] if variant["id"] != own]
			body["variants"] = [{"id": own, **self._variant_body()}, *others]
		self.client.post(f"/admin/products/{row['id']}", body)
		return {"id": row["id"], "variant_id": own or (row["variants"][0]["id"] if row["variants"] else "")}

	def _common_body(self) -> dict:
		product = self.product
		own = (
			"title", "item_code", "description", "short_description", "ranking", "status", "brand_name",
			"origin_country", "specifications", "collection_id", "metadata", "discountable", "thumbnail", "images",
		)  # fmt: skip
		channels = {"sales_channels": [{"id": self.sales_channel}]} if self.sales_channel else {}
		return {**{key: product[key] for key in own}, **channels}

	def _variant_body(self) -> dict:
		return {
			"sku": self.product["sku"],
			"manage_inventory": True,
			"allow_backorder": self.product["allow_backorder"],
			"origin_country": self.product["origin_country"],
		}


def _find(client: MedusaClient, product: dict) -> dict | None:
	"""A product that was made without our knowing: by its handle, else, its title having changed, by its sku and by
	what its handle ends with."""
	return _find_by_handle(client, product) or _find_by_sku(client, product)


def _find_by_handle(client: MedusaClient, product: dict) -> dict | None:
	for handle in (product["handle"], *product.get("former_handles", ())):
		params = {"handle": handle, "expand": "variants", "fields": "id,handle"}
		for row in client.get("/admin/products", params)["products"]:
			if row["handle"] == handle:
				return row
	return None


def _find_by_sku(client: MedusaClient, product: dict) -> dict | None:
	params = {"q": product["sku"], "expand": "product,product.variants", "fields": "id,sku", "limit": 100}
	for variant in client.get("/admin/variants", params)["variants"]:
		row = variant["product"]
		ours = any(f"-{row['handle']}".endswith(f"-{ending}") for ending in product["endings"])
		if ours and variant["sku"] == product["sku"]:
			return row
	return None


def _says_already_there(error: MedusaRejected) -> bool:
	return any(words in (error.type, error.message[: len(words)]) for words in ALREADY_THERE)


def _in_words(error: MedusaRejected, product: dict) -> MedusaRejected:
	if not error.message.startswith(DUPLICATE_SKU):
		return error
	return MedusaRejected(
		f"Product variant with sku: {product['sku']}, already exists.", status_code=error.status_code
	)


def _raised(results: list) -> list:
	for result in results:
		if isinstance(result, MedusaError):
			raise result
	return results
