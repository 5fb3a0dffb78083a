"""Products that change nothing but their sales channels, and those whose channel Medusa doesn't have.

Source: docs/reference.md, "Storefronts".
"""

from collections.abc import Iterable

from medusa_integration.medusa import sold_in
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import NotSendable
from medusa_integration.medusa.owners import SHOP
from medusa_integration.products import channels

CHANNEL_GONE = (
	"The sales channel {0} doesn't exist in Medusa any more, and the item is to be sold there. In the Medusa Configuration, choose"
	" another one in that row of Sales Channels or remove the row, and save: the row is sent by itself then."
)
KNOWN = "sales channels"


def without_channel(medusa: Dialect, payloads: Iterable[dict]) -> dict[str, NotSendable]:
	"""`{Website Item: why it can't be sent}` of the products that a deleted sales channel is to sell. Medusa is asked once in
	a drain, and only where rules name channels."""
	named = {
		payload["external_id"]: payload["channels"]["sold"]
		for payload in payloads
		if payload["channels"]["sold"] and payload["owners"]["sales_channel"] != SHOP
	}
	if not named:
		return {}
	if KNOWN not in medusa.known:
		medusa.known[KNOWN] = medusa.channels_there()
	there = medusa.known[KNOWN]
	gone = {name: [id for id in ids if id not in there] for name, ids in named.items()}
	return {name: NotSendable(CHANNEL_GONE, ", ".join(ids)) for name, ids in gone.items() if ids}


def state(item, written: dict, payload: dict, default: str) -> dict:
	"""The field that keeps a product's sales channels, where it changes.

	:param item: the Website Item, with `medusa_sales_channel`
	:param written: the dialect's reply, without `sales_channels` where they weren't looked at
	:param default: id of the configured channel
	"""
	if "sales_channels" not in written:
		return {}
	nowhere = not sold_in.wanted(payload, default) and payload["owners"]["sales_channel"] != SHOP
	value = channels.state_of(written["sales_channels"], payload["channels"], nowhere=nowhere)
	return {"medusa_sales_channel": value} if value != (item.medusa_sales_channel or "") else {}
