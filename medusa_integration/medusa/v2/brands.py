"""Medusa v2: product types and tags of Brands. Both are found by their value, which is unique, and made once."""

from threading import RLock

from medusa_integration.medusa.errors import MedusaRejected
from medusa_integration.medusa.v2.shop import Shop

PATHS = {"type": "product-types", "tag": "product-tags"}


class Brands(Shop):
	def link_brands(self, products: list[dict]) -> None:
		"""Look up the types and tags of the brands of products, and make those that are missing."""
		wanted = {product["brand_link"] for product in products if product.get("brand_link")}
		known = self.known.setdefault("brands", {})
		with self.known.setdefault("brands' turn", RLock()):
			for kind in PATHS:
				names = sorted(name for each, name in wanted if each == kind and (kind, name) not in known)
				known.update(self._found(kind, names))
				for name in names:
					if (kind, name) not in known:
						known[kind, name] = self._made(kind, name)

	def _found(self, kind: str, names: list[str]) -> dict[tuple[str, str], str]:
		path = PATHS[kind]
		rows = self._rows(path.replace("-", "_"), "value", names, "id,value", path)
		return {(kind, row["value"]): row["id"] for row in rows}

	def _made(self, kind: str, name: str) -> str:
		path = PATHS[kind]
		try:
			return self.client.post(f"/admin/{path}", {"value": name})[path.replace("-", "_")[:-1]]["id"]
		except MedusaRejected:
			# A person or another process has made it meanwhile.
			found = self._found(kind, [name])
			if not found:
				raise
			return found[kind, name]

	def brand_columns(self, product: dict, found: dict | None = None) -> dict:
		"""The columns of a product's body that link it to its brand; {} where nothing changes.

		:param found: the product as Medusa has it; None for a new one
		"""
		kind, name = product.get("brand_link") or ("", "")
		former_kind, former = product.get("former_brand_link") or ("", "")
		id = self.known["brands"][kind, name] if kind else None
		found = found or {}
		body: dict = {}
		type_id = (found.get("type") or {}).get("id")
		if kind == "type" and id != type_id:
			body["type_id"] = id
		elif former_kind == "type" and kind != "type" and (found.get("type") or {}).get("value") == former:
			body["type_id"] = None
		tags = {tag["id"]: tag["value"] for tag in found.get("tags") or ()}
		left = [each for each, value in tags.items() if former_kind != "tag" or value != former]
		left += [id] if kind == "tag" and id not in left else []
		if set(left) != set(tags):
			body["tags"] = [{"id": each} for each in left]
		return body
