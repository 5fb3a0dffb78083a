"""The Quotations that the shop may name in a call, and the Items of a call's lines."""

from collections.abc import Iterable
from typing import NoReturn

import frappe
from frappe import _

from medusa_integration.customers import shop_customers, whose_documents
from medusa_integration.products import shop_ids
from medusa_integration.products.shop_ids import ShopItem
from medusa_integration.storefront.errors import not_found
from medusa_integration.storefront.transactions import begin_with

DOCTYPE = "Quotation"


def locked(quotation_id: str, customer_id: str | None):
	"""A Quotation of the shop as it is committed now, locked until the transaction ends.

	:param quotation_id: the Quotation's name, or Medusa's id of it
	:param customer_id: Medusa's id of the customer who has to own it; None: any customer
	:raises NotFound: there is no such Quotation, or it is another customer's
	"""
	begin_with(DOCTYPE, find(quotation_id, customer_id))
	# Another call may have given the Quotation to another party or amended it.
	doc = frappe.get_doc(DOCTYPE, find(quotation_id, customer_id), for_update=True)
	doc.flags.ignore_permissions = True
	return doc


def find(quotation_id: str, customer_id: str | None) -> str:
	"""The name of a Quotation of the shop, see `locked`.

	:raises NotFound: there is no such Quotation, or it is another customer's
	"""
	shop = {"from_ecommerce": 1}
	for filters in ({"name": quotation_id}, {"medusa_quotation_id": quotation_id}):
		# Of amended Quotations the last that isn't cancelled.
		rows = frappe.get_all(
			DOCTYPE,
			{**shop, **filters},
			["name", "quotation_to", "party_name", *filters],
			order_by="docstatus, creation desc",
		)
		rows = [row for row in rows if all(row[field] == value for field, value in filters.items())]
		if rows:
			if customer_id and not belongs(rows[0], customer_id):
				break
			return rows[0].name
	_unknown(quotation_id)


def belongs(quotation, customer_id: str) -> bool:
	"""Whether a Quotation is for the Customer or Lead with this id from Medusa."""
	return whose_documents.is_of(
		shop_customers.Party(quotation.quotation_to, quotation.party_name), customer_id
	)


def _unknown(quotation_id: str) -> NoReturn:
	not_found(_("Quotation not found: {0}").format(quotation_id))


def party(customer_id: str) -> shop_customers.Party:
	"""The Customer or Lead with an id from Medusa.

	:raises NotFound: where there is none
	"""
	found = shop_customers.find(customer_id)
	if not found:
		not_found(_("Customer not found: {0}").format(customer_id))
	return found


def items_of(variant_ids: Iterable[str]) -> dict[str, ShopItem]:
	"""`{variant id: its Item}`.

	:raises NotFound: names the variants that ERPNext doesn't have
	"""
	ids = list(dict.fromkeys(variant_ids))
	found = shop_ids.by_variant(ids)
	missing = [id for id in ids if id not in found]
	if missing:
		refuse_variants(missing)
	return found


def refuse_variants(ids: list[str]) -> NoReturn:
	"""Refuse variants that ERPNext doesn't have. The message is documented, so it isn't translated.

	:raises NotFound: always
	"""
	not_found(f"Item not found for variant ID: {', '.join(ids)}")
