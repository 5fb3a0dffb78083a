"""The Desk's calls about quotations.

Source: docs/reference.md, "Whitelisted calls".
"""

from typing import Annotated, Any

import frappe
from frappe import _
from pydantic import BeforeValidator

from medusa_integration import settings
from medusa_integration.desk.arguments import BadArgument, DocumentNames, NameOrBlank, checked, parsed
from medusa_integration.operations import quotation_workflow
from medusa_integration.quotations.item_rates import currency_of, prices_of


def _codes(items: Any) -> Any:
	"""The item codes of a Quotation's rows; anything else as it is."""
	rows = parsed(items)
	if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
		return [row["item_code"] for row in rows if row.get("item_code")]
	return items


ItemCodes = Annotated[DocumentNames, BeforeValidator(_codes)]


@frappe.whitelist()
@checked
def fetch_standard_price(
	items: ItemCodes, price_list: NameOrBlank = "", party: NameOrBlank = "", quotation_to: str = ""
) -> dict[str, float]:
	"""Today's prices of items in the units that the shop sells, and a party's negotiated ones, see "Quotations from the
	shop".

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
	standard = price_list or settings.current().price_list
	if not currency_of(standard):
		frappe.throw(
			_("{0} is no enabled selling Price List.").format(frappe.bold(standard)),
			BadArgument,
			title=_("No price list"),
		)
	customer = party if party and quotation_to == "Customer" else None
	if customer:
		frappe.get_doc("Customer", customer).check_permission("read")
	prices = {}
	for code, price in prices_of(items, standard, customer).items():
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
