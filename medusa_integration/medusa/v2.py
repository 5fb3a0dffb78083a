"""Medusa v2's wire format. Everything that only v2 knows is here; see medusa.md for what was measured.

The records that come in are the documented ones of contract section 4 (v1's field names), with what both
versions need beside them; what v2 has no column for goes to `metadata`.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.matching import differs, match_variant, query_parts
from medusa_integration.medusa.v2_prices import PricesV2

COLLECTION_FIELDS = "id,title,external_id,metadata"
PRODUCT_FIELDS = "id,external_id,variants.id,variants.sku"


class MedusaV2:
	"""The operations of the integration on a v2 server.

	:param client: a session
	:param sales_channel, stock_location, shipping_profile: ids; blank ones are the shop's defaults
	"""

	version = "v2"
	sign_in_path = "/auth/user/emailpass"
	key_header = ""  # a secret API key is the user name of basic authentication

	def __init__(
		self,
		client: MedusaClient,
		*,
		sales_channel: str = "",
		stock_location: str = "",
		shipping_profile: str = "",
	) -> None:
		self.client = client
		self.chosen = {
			"sales_channel": sales_channel,
			"stock_location": stock_location,
			"shipping_profile": shipping_profile,
		}

	# --- the shop itself

	@cached_property
	def store(self) -> dict:
		"""`GET /admin/stores`: the server's one store, with its currencies."""
		return self.client.get("/admin/stores")["stores"][0]

	def ping(self) -> None:
		"""Nothing where Medusa lets us in and its database answers, else the MedusaError that says why not."""
		self.client.get("/admin/stores", {"fields": "id"})

	@cached_property
	def currencies(self) -> set[str]:
		"""Upper-case ISO codes of the currencies that the shop sells in."""
		return {c["currency_code"].upper() for c in self.store["supported_currencies"]}

	@cached_property
	def sales_channel(self) -> str:
		return self.chosen["sales_channel"] or self.store["default_sales_channel_id"]

	@cached_property
	def shipping_profile(self) -> str:
		"""The chosen profile, else the default one, which every server has since its first migration."""
		if self.chosen["shipping_profile"]:
			return self.chosen["shipping_profile"]
		profiles = self.client.get("/admin/shipping-profiles", {"fields": "id,type"})["shipping_profiles"]
		profiles.sort(key=lambda profile: profile["type"] != "default")
		return profiles[0]["id"] if profiles else ""

	def choices(self) -> dict[str, list[dict]]:
		"""What the configuration's pick-lists offer: `{field: [{"value": id, "label": name}]}`."""
		lists = {
			"sales_channel": "/admin/sales-channels",
			"stock_location": "/admin/stock-locations",
			"shipping_profile": "/admin/shipping-profiles",
		}
		return {
			field: [
				{"value": row["id"], "label": row["name"]}
				for row in self.client.get(path, {"fields": "id,name", "limit": 200})[
					path.rsplit("/", 1)[1].replace("-", "_")
				]
			]
			for field, path in lists.items()
		}

	@cached_property
	def offered(self) -> dict[str, dict[str, str]]:
		"""The same, to look names up: `{field: {id: name}}`."""
		return {field: {row["value"]: row["label"] for row in rows} for field, rows in self.choices().items()}

	# --- collections

	def upsert_collection(self, collection: dict) -> str:
		"""Create or update one collection and return its id.

		:param collection: `external_id` (the Item Group's name), `id` where known, `title`, `handle`, `metadata`
		"""
		found = self._find_collection(collection)
		body = {
			"title": collection["title"],
			"external_id": collection["external_id"],
			"metadata": collection["metadata"],
		}
		if not found:
			created = self.client.post("/admin/collections", {**body, "handle": collection["handle"]})
			return created["collection"]["id"]
		if any(differs(value, found.get(key)) for key, value in body.items()):
			self.client.post(f"/admin/collections/{found['id']}", body)
		return found["id"]

	def _find_collection(self, collection: dict) -> dict | None:
		"""By id, else by our external_id: another worker's, or the one of a call whose reply was lost."""
		for field, value in (("id", collection.get("id")), ("external_id", collection["external_id"])):
			found = (
				next(self._rows("collections", field, [value], COLLECTION_FIELDS), None) if value else None
			)
			if found:
				return found
		return None

	def collections_there(self, ids: Iterable[str]) -> set[str]:
		"""Which of the ids Medusa still has."""
		return {row["id"] for row in self._rows("collections", "id", ids, "id")}

	def delete_collection(self, id: str) -> None:
		"""Delete a collection; its products stay. An unknown id is fine."""
		self.client.delete(f"/admin/collections/{id}")

	# --- prices

	@cached_property
	def _prices(self) -> PricesV2:
		return PricesV2(self.client)

	def write_prices(self, source: str, items: list[dict], books) -> dict[str, dict | None]:
		"""Make the price lists that stand for an ERPNext price list agree with items' prices.

		:param source: the ERPNext price list
		:param items: `external_id`, `title`, `product_id`, `variant_id`, `known` (what the last call returned for it, {} if none), and
			all its `prices`: `start`, `end` (the first and last day, or None), `starts_at`, `ends_at` (the same as
			moments, in ISO 8601), `currency`, `amount` in major units
		:param books: `keep(source, {external_id: known})` keeps that before anything is sent, and returns for which of
			them it could; inside `alone(source)` only one worker is at a time; `mentions(pattern)` tells whether
			anything that is kept is LIKE the pattern
		:returns: `{external_id: {"known", "ids": [(price list id, row id)] as the prices' order}}`; None for what is gone;
			v1 returns a MedusaError for what is refused, v2 raises it for all
		"""
		return self._prices.write(source, items, books)

	def forget_prices(self, source: str, known: list[dict], books) -> None:
		"""Remove the price lists that have become empty because items' products are gone.

		:param known: what `write_prices` had returned for those items
		"""
		self._prices.forget(source, known, books)

	# --- products

	def upsert_products(self, products: list[dict]) -> dict[str, dict]:
		"""Create or update products with their one variant, all or nothing, in one call.

		:param products: contract section 4's fields and `external_id`, `handle`, `sku`, `allow_backorder`,
			`thumbnail`, `images` (URLs), `id`, `variant_id` where known, and in `former_ids` earlier external ids
		:returns: `{external_id: {"id", "variant_id"}}`
		:raises MedusaRejected: on the first product that Medusa refuses, none being applied

		A product that has no id, or whose id Medusa no longer has, is looked up by its external_id first, so
		that a call that was applied without our knowing is never made into a second product.
		"""
		existing = self._existing(products)
		create, update = [], []
		for product in products:
			found = existing.get(product["external_id"])
			if found:
				update.append(self._update_body(product, found))
			else:
				create.append(self._create_body(product))
		reply = self.client.post(
			"/admin/products/batch", {"create": create, "update": update}, {"fields": PRODUCT_FIELDS}
		)
		written = [*reply.get("created", ()), *reply.get("updated", ())]
		return {
			row["external_id"]: {"id": row["id"], "variant_id": _own_variant(row, existing)}
			for row in written
		}

	def delete_products(self, ids: Iterable[str], lost: Iterable[dict] = ()) -> None:
		"""Delete products by id, and those that may have been created without our knowing. Unknown ones are fine.

		:param lost: of each product what finds it: `external_id`, `former_ids`, and for v1 more
		"""
		names = [name for product in lost for name in _external_ids(product)]
		found = {row["id"] for row in self._products("external_id", names)}
		doomed = sorted({*ids, *found})
		if doomed:
			self.client.post("/admin/products/batch", {"delete": doomed}, {"fields": "id"})

	def _existing(self, products: list[dict]) -> dict[str, dict]:
		"""`{external_id: product as Medusa has it}`, with the id of our variant as `own_variant`."""
		by_id = {row["id"]: row for row in self._products("id", [p["id"] for p in products if p.get("id")])}
		unknown = [p for p in products if p.get("id") not in by_id]
		names = [name for p in unknown for name in _external_ids(p)]
		by_name = {row["external_id"]: row for row in self._products("external_id", names)}
		existing = {}
		for product in products:
			row = by_id.get(product.get("id"))
			row = row or next(filter(None, map(by_name.get, _external_ids(product))), None)
			if row:
				existing[product["external_id"]] = {**row, "own_variant": match_variant(product, row)}
		return existing

	def _rows(self, what: str, field: str, values: Iterable[str], fields: str) -> Iterator[dict]:
		"""The products or collections whose `field` is one of `values`, in as few calls as a URL's length allows."""
		for part in query_parts(field, values):
			params = {f"{field}[]": part, "fields": fields, "limit": len(part) * 2}
			wanted = set(part)  # a server that doesn't know the filter ignores it
			yield from (
				row for row in self.client.get(f"/admin/{what}", params)[what] if row[field] in wanted
			)

	def _products(self, field: str, values: Iterable[str]) -> Iterator[dict]:
		return self._rows("products", field, values, PRODUCT_FIELDS)

	def _create_body(self, product: dict) -> dict:
		return {
			**self._common_body(product),
			"handle": product["handle"],
			"is_giftcard": False,
			"options": [{"title": "Default", "values": ["Default"]}],
			"variants": [
				{
					**_variant_body(product),
					"title": "Default",
					"options": {"Default": "Default"},
					"prices": [],
				}
			],
		}

	def _update_body(self, product: dict, found: dict) -> dict:
		own = found["own_variant"]
		# a list of variants deletes those that are not in it: the ones made in Medusa are named, not touched
		others = [{"id": variant["id"]} for variant in found["variants"] if variant["id"] != own]
		variants = [{"id": own, **_variant_body(product)}, *others] if own else None
		return {
			"id": found["id"],
			**self._common_body(product),
			**({"variants": variants} if variants else {}),
		}

	def _common_body(self, product: dict) -> dict:
		return {
			"title": product["title"],
			"external_id": product["external_id"],
			"description": product["description"],
			"status": product["status"],
			"collection_id": product["collection_id"],
			"origin_country": product["origin_country"],
			"discountable": product["discountable"],
			"thumbnail": product["thumbnail"],
			"images": [{"url": url} for url in product["images"]],
			"shipping_profile_id": self.shipping_profile,
			"sales_channels": [{"id": self.sales_channel}],
			"metadata": {
				**product["metadata"],
				"item_code": product["item_code"],
				"brand_name": product["brand_name"],
				"short_description": product["short_description"],
				"ranking": product["ranking"],
				"specifications": product["specifications"],
			},
		}


def _variant_body(product: dict) -> dict:
	return {
		"sku": product["sku"],
		"manage_inventory": True,
		"allow_backorder": product["allow_backorder"],
		"origin_country": product["origin_country"],
	}


def _external_ids(product: dict) -> list[str]:
	return [product["external_id"], *product.get("former_ids", ())]


def _own_variant(row: dict, existing: dict[str, dict]) -> str:
	before = existing.get(row["external_id"])
	if before and before["own_variant"]:
		return before["own_variant"]
	return row["variants"][0]["id"] if row["variants"] else ""
