"""The Desk's calls about quotations.

Source: docs/reference.md, "Whitelisted calls".
"""

import frappe
from frappe import _

from medusa_integration import settings
from medusa_integration.desk.arguments import BadArgument, document_name, document_names
from medusa_integration.operations import quotation_workflow
from medusa_integration.quotations.item_rates import currency_of, prices_of


@frappe.whitelist()
def fetch_standard_price(
	items: str | list | None = None, price_list: str = "", party: str = "", quotation_to: str = ""
) -> dict[str, float]:
	"""Today's prices of items, and a party's negotiated ones, see "Quotations from the shop".

	:param items: item codes, or a Quotation's rows, as a list or its JSON
	:param price_list: of the standard prices; blank: the shop's
	:param party: a Customer's name; other parties have the standard prices
	:param quotation_to: the DocType of `party`
	:returns: `{item code: standard price, "<item code>-negotiated": the party's price}`; 0 where there is
		none
	:raises frappe.PermissionError: without read permission for Quotations and for the Customer
	:raises BadArgument: for arguments of a wrong type, and an unknown or disabled price list
	"""
	frappe.has_permission("Quotation", "read", throw=True)
	codes = document_names(_codes(items), "items")
	standard = document_name(price_list, "price_list") if price_list else settings.current().price_list
	if not currency_of(standard):
		frappe.throw(
			_("{0} is no enabled selling Price List.").format(frappe.bold(standard)),
			BadArgument,
			title=_("No price list"),
		)
	customer = document_name(party, "party") if party and quotation_to == "Customer" else None
	if customer:
		frappe.get_doc("Customer", customer).check_permission("read")
	prices = {}
	for code, price in prices_of(codes, standard, customer).items():
		prices[code] = price.standard
		prices[f"{code}-negotiated"] = price.negotiated
	return prices


@frappe.whitelist(methods=["POST"])
def make_quotation_workflow() -> dict:
	"""Make the Workflow of the shop's quotations, or switch it on.

	:returns: `{"workflow": its name}`
	:raises frappe.PermissionError: without the role System Manager
	:raises frappe.ValidationError: where another Workflow for Quotations is active
	"""
	frappe.only_for("System Manager")
	return {"workflow": quotation_workflow.make()}


def _codes(items):
	"""The item codes of rows; anything else as it is."""
	rows = items
	if isinstance(items, str):
		try:
			rows = frappe.parse_json(items)
		except (ValueError, RecursionError):
			return items
	if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
		return [row.get("item_code") for row in rows if row.get("item_code")]
	return rows if isinstance(rows, list) else items
