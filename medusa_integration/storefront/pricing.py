"""The storefront's calls about prices.

Source: docs/reference.md, "Quotations from the shop".
"""

from typing import Annotated

import frappe
from frappe import _
from pydantic import Field
from typing_extensions import TypedDict

from medusa_integration import settings, sold_variants
from medusa_integration.customers import whose_documents
from medusa_integration.customers.shop_customers import Party
from medusa_integration.products import shop_ids as shop_items
from medusa_integration.products.shop_ids import ShopItem
from medusa_integration.quotations.item_rates import Price, currency_of, prices_of
from medusa_integration.storefront.access import trusted
from medusa_integration.storefront.arguments import (
	MOST_LINES,
	DraftOrderId,
	Name,
	ProductId,
	VariantId,
	VisitingCustomer,
)
from medusa_integration.storefront.errors import bad_request, not_found
from medusa_integration.storefront.shop_quotations import belongs, party, refuse_variants


class ProductRef(TypedDict, total=False):
	"""A product, by one of its ids or by both."""

	medusa_product_id: ProductId | None
	medusa_variant_id: VariantId | None


class ShopPrice(TypedDict):
	item_code: Annotated[str, Field(examples=["GLOVE-M"])]
	standard_price: Annotated[float, Field(examples=[12.5])]
	negotiated_price: Annotated[float, Field(examples=[11.0])]


class PricesAndPayment(TypedDict):
	prices: dict[str, ShopPrice]
	payment_url: Annotated[str | None, Field(examples=["https://shop.example.com/stripe_checkout?…"])]


@trusted("GET", "POST")
def get_medusa_prices(
	items: Annotated[list[ProductRef], Field(max_length=MOST_LINES)],
	price_list: Name | None = None,
	customer_id: VisitingCustomer = None,
	draft_order_id: DraftOrderId | None = None,
) -> dict[str, ShopPrice] | PricesAndPayment:
	"""Today's standard prices of products, and the negotiated prices of a customer. 0 means: no price.

	:param items: each by its product's id, its variant's, or both
	:param price_list: of the standard prices; left out: the shop's
	:param customer_id: the customer whose negotiated prices are asked for; blank: none
	:param draft_order_id: of the quotation whose payment link is asked for, too
	:returns: the prices by the product's id, or by the variant's where only that was sent, or where the product has
		options; by a product's id alone the lowest prices of its variants. With `draft_order_id` `prices` and
		`payment_url`, which is null while no payment is due
	:raises NotFound: an unknown product, customer, price list or draft order, or another customer's draft
		order
	"""
	buyer = party(customer_id) if customer_id else None
	standard = price_list or settings.current().price_list
	if not currency_of(standard):
		not_found(_("Price List not found: {0}").format(standard))
	found = _items(items)
	customer = buyer.name if buyer and buyer.doctype == "Customer" else None
	by_code = _lowest_prices({item.item_code for item in found.values()}, standard, customer)
	prices: dict[str, ShopPrice] = {}
	for id, item in found.items():
		price = by_code[item.item_code]
		prices[id] = {
			"item_code": item.item_code,
			"standard_price": price.standard,
			"negotiated_price": price.negotiated,
		}
	if not draft_order_id:
		return prices
	return {"prices": prices, "payment_url": _payment_url(draft_order_id, customer_id)}


def _lowest_prices(codes: set[str], price_list: str, customer: str | None) -> dict[str, Price]:
	"""As `prices_of`; a template has the lowest price of its variants."""
	variants = sold_variants.variants_in_shop(codes)
	prices = prices_of(
		{*codes, *(code for of_it in variants.values() for code in of_it)}, price_list, customer
	)
	for template, of_it in variants.items():
		priced = [prices[code] for code in of_it if prices[code].negotiated]
		prices[template] = min(priced, key=lambda price: price.negotiated, default=prices[template])
	return prices


def _items(given: list[ProductRef]) -> dict[str, ShopItem]:
	"""`{the id in the reply: the Item}`.

	:raises BadRequest: a product has no id
	:raises NotFound: names the ids that ERPNext doesn't have
	"""
	if not all(each.get("medusa_variant_id") or each.get("medusa_product_id") for each in given):
		bad_request(_("Each item needs a medusa_product_id or a medusa_variant_id."))
	by_variant = shop_items.by_variant(filter(None, (each.get("medusa_variant_id") for each in given)))
	by_product = shop_items.by_product(filter(None, (each.get("medusa_product_id") for each in given)))
	found, missing = {}, []
	for each in given:
		variant, product = each.get("medusa_variant_id"), each.get("medusa_product_id")
		item, of_product = by_variant.get(variant), by_product.get(product)
		if item and of_product and item.item_code != of_product.item_code:
			found[variant] = item  # one of several variants of the product
		elif item := item or of_product:
			found[product or variant] = item
		else:
			missing.append(variant or product)
	if missing:
		refuse_variants(missing)
	return found


def _payment_url(draft_order_id: str, customer_id: str | None) -> str | None:
	"""The payment URL of the order that was made from the draft order's Quotation. Quotations and orders of
	other customers than this Quotation's are left out.

	:raises NotFound: there is no such Quotation, or it is another customer's
	"""
	rows = frappe.get_all(
		"Quotation",
		{"medusa_draft_order_id": draft_order_id, "from_ecommerce": 1},
		["name", "quotation_to", "party_name", "medusa_draft_order_id"],
		order_by="docstatus, creation desc",
	)
	rows = [row for row in rows if row.medusa_draft_order_id == draft_order_id]
	if not rows or (customer_id is not None and not belongs(rows[0], customer_id)):
		not_found(_("Draft order not found: {0}").format(draft_order_id))
	orders = _orders_of(rows)
	urls = frappe.get_all(
		"Payment Request",
		{
			"reference_doctype": "Sales Order",
			"reference_name": ("in", orders or [""]),
			"docstatus": 1,
			"status": ("not in", ("Paid", "Cancelled", "Failed")),
			"payment_url": ("is", "set"),
		},
		pluck="payment_url",
		order_by="creation desc",
		limit=1,
	)
	return urls[0] if urls else None


def _orders_of(quotations: list[frappe._dict]) -> list[str]:
	"""The submitted Sales Orders of the first Quotation's customer that were made from these Quotations."""
	first, *others = [Party(row.quotation_to, row.party_name) for row in quotations]
	same = {first, *(party for party in set(others) if whose_documents.are_one(first, party))}
	names = [row.name for row in quotations if Party(row.quotation_to, row.party_name) in same]
	made = {"prevdoc_docname": ("in", names), "parenttype": "Sales Order", "docstatus": 1}
	orders = frappe.get_all("Sales Order Item", made, pluck="parent", distinct=True, order_by=None)
	rows = frappe.get_all(
		"Sales Order", {"name": ("in", orders or [""])}, ["name", "customer"], order_by=None
	)
	own = {
		name
		for name in {row.customer for row in rows}
		if whose_documents.are_one(first, Party("Customer", name))
	}
	return [row.name for row in rows if row.customer in own]
