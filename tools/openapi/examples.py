"""An example of a value, from the examples in its JSON schema; else from the name that it has."""

from typing import Any

# By the name of a property whose type has no example.
NAMED = {
	"name": "Harbour Clinic",
	"customer_name": "Harbour Clinic",
	"customer": None,
	"lead": "CRM-LEAD-2026-00001",
	"lead_name": "CRM-LEAD-2026-00001",
	"email_id": "aisha@clinic.example",
	"email": "aisha@clinic.example",
	"mobile_no": "+968 9123 4567",
	"phone": "+968 9123 4567",
	"address_line1": "12 Harbour Street",
	"address_line2": "Second floor",
	"city": "Muscat",
	"state": "Muscat",
	"country": "Oman",
	"pincode": "112",
	"location_and_contact_no": "Gate 3, +968 9123 4567",
	"item_code": "GLOVE-M",
	"item_name": "Glove, medium",
	"uom": "Nos",
	"price_list": "Standard Selling",
	"qty": 2,
	"rate": 12.5,
	"amount": 25,
	"cart_value": 50,
	"discount_amount": 5,
	"sales_order_id": "SAL-ORD-2026-00001",
	"sales_invoice": "ACC-SINV-2026-00001",
	"payment_request": "ACC-PRQ-2026-00001",
	"payment_url": "https://erp.example.com/stripe_checkout?…",
	"payment_problem": None,
	"erp_customer_id": None,
	"password": None,
	"status": "success",
}
# By the name of a function, where its reply is no more than a text.
REPLIES = {
	"fetch_quotation_pdf_url": "https://erp.example.com/api/method/medusa_integration.api.open_pdf?…",
	"get_medusa_prices": {
		"variant_01JDB3X8KZ4N7C1P5R9W2E6TYU": {
			"item_code": "GLOVE-M",
			"standard_price": 12.5,
			"negotiated_price": 11.0,
		}
	},
	"insert_lead": {"message": "Lead created successfully", "lead": "CRM-LEAD-2026-00001", "customer": None},
	"login": {"token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…"},
	"medusa_webhook": "order_01JDB42N8C3R9T7W1Y5A8B6DEF is read in the background.",
	"send_otp": {"message": "OTP sent successfully", "isSuccess": 1},
	"send_password_reset_email": {"message": "Password reset email sent successfully", "isSuccess": 1},
	"sign_up": {
		"token": "eyJhbGciOiJIUzI1NiJ9.e30.x",
		"customer": {
			"id": "cus_01JDB3W1S6YQ5V2M8K0T7H9XRF",
			"email": "aisha@clinic.example",
			"first_name": "Aisha",
			"last_name": "Al Harthy",
			"phone": "+968 9123 4567",
			"company_name": "Harbour Clinic",
			"has_account": True,
		},
		"customer_id": "cus_01JDB3W1S6YQ5V2M8K0T7H9XRF",
	},
	"update_address": "Address updated successfully",
	"add_review_to_website_item": "Review added successfully",
	"create_product_suggestion": "Product suggestion created successfully",
	"create_opportunity_contact": "Contact request created successfully",
}

# Of types that say nothing about what they hold.
PLAIN = {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "null": None}


def of_schema(schema: dict, components: dict[str, dict], name: str = "") -> Any:
	"""An example, composed from the first example of each part.

	:param name: of the property, where it is one
	"""
	for key in ("examples", "enum"):
		if schema.get(key):
			return schema[key][0]
	if "const" in schema:
		return schema["const"]
	if "$ref" in schema:
		return of_schema(components[schema["$ref"].rpartition("/")[2]], components, name)
	if isinstance(schema.get("default"), bool):
		return schema["default"]
	for key in ("anyOf", "oneOf", "allOf"):
		if key in schema:
			return _of_nullable(schema[key], components, name)
	if schema.get("type") == "object":
		return _object(schema, components)
	if schema.get("type") == "array":
		return [of_schema(schema["items"], components)] if "items" in schema else []
	if name in NAMED and NAMED[name] is not None:
		return NAMED[name]
	return schema["default"] if schema.get("default") is not None else PLAIN[schema.get("type", "string")]


def _of_nullable(schemas: list[dict], components: dict[str, dict], name: str) -> Any:
	if name in NAMED and NAMED[name] is None and {"type": "null"} in schemas:
		return None
	return of_schema(schemas[0], components, name)


def _object(schema: dict, components: dict[str, dict]) -> dict:
	parts = schema.get("properties", {})
	properties = {name: of_schema(each, components, name) for name, each in parts.items()}
	if not properties and isinstance(schema.get("additionalProperties"), dict):
		return {"example": of_schema(schema["additionalProperties"], components)}
	return properties
