"""Medusa v2: the exchanges and claims of orders. An order's JSON doesn't say which lines an exchange has added.

Source: docs/reference.md, "Medusa v2: orders coming in".
"""

from collections.abc import Iterable

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.matching import moment
from medusa_integration.medusa.order import Exchange
from medusa_integration.medusa.v2.return_parsing import number_in

FIELDS = "id,order_id,display_id,created_at,canceled_at,*additional_items"
LIMIT = 200  # exchanges in a call


def has_exchanges(order: dict) -> bool:
	"""Whether an order's row shows signs of an exchange or a claim: each has a return, a shipping method or pieces that
	were written off."""
	details = [each.get("detail") or {} for each in order["shipping_methods"]]
	rows = [*order["returns"], *details]
	return any(row.get("exchange_id") or row.get("claim_id") for row in rows) or any(
		number_in(item["detail"], "written_off_quantity") for item in order["items"]
	)


def exchanges_of(client: MedusaClient, orders: Iterable[str]) -> dict[str, list[Exchange]]:
	"""`{order id: its exchanges and claims with new lines that weren't cancelled}`."""
	found: dict[str, list[Exchange]] = {}
	ids = list(orders)
	for what in ("exchanges", "claims") if ids else ():
		for row in _rows(client, what, ids):
			lines = tuple(item["item_id"] for item in row["additional_items"] or () if item)
			if lines and not row["canceled_at"]:
				found.setdefault(row["order_id"], []).append(
					Exchange(
						row["id"],
						str(row["display_id"]),
						lines,
						moment(row["created_at"]),
						is_claim=what == "claims",
					)
				)
	return found


def _rows(client: MedusaClient, what: str, orders: list[str]) -> list[dict]:
	rows: list[dict] = []
	while True:
		params = {
			"order_id[]": orders,
			"fields": FIELDS,
			"limit": LIMIT,
			"offset": len(rows),
			"order": "id",
		}
		page = client.get(f"/admin/{what}", params)[what]
		rows += page
		if len(page) < LIMIT:
			return rows
