"""The results of templates' products.

Source: docs/reference.md, "Templates".
"""

from typing import NamedTuple

import frappe
from frappe import _

from medusa_integration.delivery.kind import Intent, Kind, Outcome, Result, Row, Write
from medusa_integration.prices.prices_to_medusa import PRICE
from medusa_integration.products import sent_variants
from medusa_integration.products.product_payloads import DOCTYPE
from medusa_integration.stock.stock_to_medusa import STOCK

PAUSE = 900  # seconds until the next attempt to delete what an order reserves


class Sent(NamedTuple):
	"""A template's product that was sent.

	:param kind: that of products
	:param base: see sent_variants.py
	"""

	kind: Kind
	row: Row
	payload: dict
	base: str


def result(what: Sent, item: frappe._dict, ids: dict, sent: dict, written: dict) -> Result:
	"""The result of a template's product. Prices and stock follow where it has new variants, and where it is for sale
	again.

	:param item: its Website Item, as variant_payloads has changed it
	:param ids: of the product
	:param sent: the values for the Website Item
	:param written: the dialect's reply
	"""
	if item.variants:
		sent[sent_variants.SENT] = sent_variants.state(what.payload, written, what.base)
		if item.medusa_variant_id:
			sent |= sent_variants.NO_STATE  # of the one variant that it had
	else:  # It keeps the variant that it had, too.
		kept = {"medusa_variant_id": item.medusa_variant_id or None}
		ids, sent = {**ids, **kept}, {**sent, **kept, **sent_variants.without_deleted(item, written)}
	writes = [Write(DOCTYPE, item.name, sent)]
	if item.kept_in_item != ids:
		writes.append(Write("Item", item.item_code, {**ids, **former(item, ids)}))
	writes += sent_variants.writes(item, written)
	then = []
	is_draft = item.medusa_status == "Draft"
	if item.variants and (sent_variants.new_ids(item, written) or is_draft or sent_variants.unsent(item)):
		then = [Intent(PRICE, item.name), Intent(STOCK, item.name)]
	own = [each.own_page.name for each in item.variants if each.own_page and each.own_page.medusa_id]
	found = Result.done(what.row, writes, [*then, *(Intent(what.kind, each) for each in own)])
	if problem := sent_variants.doubled(item):
		found.outcome, found.why = Outcome.PARKED, problem
	return of_reserved(found, written)


def unsent(row: Row, item: frappe._dict) -> Result:
	"""The result where Medusa has the product as it is."""
	writes = sent_variants.unsent(item)
	if problem := sent_variants.doubled(item):
		return Result.parked(row, problem, writes=writes)
	return Result.done(row, writes, [Intent(PRICE, item.name)] if writes else [])


def former(item: frappe._dict, ids: dict) -> dict:
	"""The ids that the Item gives up: orders that name them still find it. The state of a template's variant goes with them."""
	kept = item.kept_in_item
	if kept["medusa_variant_id"] in (None, "", ids["medusa_variant_id"]):
		return {}
	gone = [kept[key] for key in ids if kept[key] != ids[key]]
	state = sent_variants.NO_STATE if item.former_variant else {}
	return {sent_variants.FORMER: sent_variants.with_former(item.former_ids, *gone), **state}


def of_reserved(found: Result, written: dict) -> Result:
	"""The result where variants that are to go are reserved by an order: they are out of stock, and are deleted later."""
	if not written.get("reserved") or found.outcome is Outcome.PARKED:
		return found
	why = _(
		"An open order in Medusa reserves {0} of its former variants. They can't be bought any more, and are deleted as soon as the order is fulfilled or cancelled."
	)
	again = Result.retry(found.row, why.format(len(written["reserved"])), after=PAUSE, counts=False)
	again.writes, again.then = found.writes, found.then
	return again
