"""The storefront's calls about visitors' requests: for products that the shop doesn't have, and for services.

Source: docs/reference.md, "Suggestions and contact requests".
"""

from typing import Annotated, Literal

import frappe
from pydantic import Field

from medusa_integration.storefront.access import trusted
from medusa_integration.storefront.arguments import FilledText, Note, Text
from medusa_integration.storefront.customers import Email, Phone

# Documented messages, so they aren't translated.
SUGGESTED = "Product suggestion created successfully"
ASKED = "Contact request created successfully"

ContactNumber = Annotated[Phone, Field(min_length=1)]


@trusted("POST")
def create_product_suggestion(
	product_name: Annotated[FilledText, Field(examples=["Examination lamp"])],
	suggested_by: Annotated[FilledText, Field(examples=["Aisha Al Harthy"])],
	contact_number: ContactNumber,
	product_short_description: Annotated[Note, Field(examples=["With a flexible arm"])] = "",
	product_link: Annotated[Text, Field(examples=["https://lamps.example.com/flex"])] = "",
	product_supplier: Annotated[Text, Field(examples=["Lamps LLC"])] = "",
	supplier_details: Annotated[Note, Field(examples=["Muscat, +968 9123 4567"])] = "",
) -> str:
	"""Note a product that a visitor misses in the shop, as a Product Suggestions.

	:param product_name: the product's name
	:param suggested_by: the name of the visitor
	:param contact_number: a phone number
	:param product_short_description: of the product
	:param product_link: the address of a page about the product
	:param product_supplier: the seller of the product
	:param supplier_details: how to reach the supplier
	:returns: "Product suggestion created successfully"
	"""
	_insert(
		"Product Suggestions",
		product_name=product_name,
		suggested_by=suggested_by,
		contact_number=contact_number,
		product_short_description=product_short_description,
		product_link=product_link,
		product_supplier=product_supplier,
		supplier_details=supplier_details,
	)
	return SUGGESTED


@trusted("POST")
def create_opportunity_contact(
	type: Annotated[
		Literal["Setting Up", "Inspection", "Service and Spares"], Field(examples=["Inspection"])
	],
	first_name: Annotated[FilledText, Field(examples=["Aisha"])],
	email: Email,
	mobile_no: ContactNumber,
	city: Annotated[Text, Field(examples=["Muscat"])] = "",
	country: Annotated[Text, Field(examples=["Oman"])] = "",
) -> str:
	"""Note that a visitor wants to be contacted about a service, as an Opportunity Contact.

	:param type: of the service
	:param first_name: of the visitor
	:param email: of the visitor
	:param mobile_no: of the visitor
	:param city: of the visitor
	:param country: of the visitor
	:returns: "Contact request created successfully"
	"""
	_insert(
		"Opportunity Contact",
		type=type,
		first_name=first_name,
		email=email,
		mobile_no=mobile_no,
		city=city,
		country=country,
	)
	return ASKED


def _insert(doctype: str, **values: str) -> None:
	frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
