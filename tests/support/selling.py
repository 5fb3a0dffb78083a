"""Parties, taxes of items and payment gateways, made the same way on the embedded site and on a real bench."""

from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

import frappe
from frappe.utils import today

from tests.support import factories
from tests.support.factories import _insert


def company() -> str:
	return frappe.db.get_single_value("Global Defaults", "default_company")


def second_company() -> str:
	"""The name of another Company, with its warehouses and its chart of accounts, made where they are missing: the company stays
	on the site, the others go with the test."""
	name = "Second Shop"
	if not frappe.db.exists("Company", name):
		country = frappe.get_cached_value("Company", company(), "country")
		_insert("Company", company_name=name, abbr="SSH", default_currency="OMR", country=country)
	doc = frappe.get_doc("Company", name)
	if not frappe.db.exists("Warehouse", {"company": name}):
		doc.create_default_warehouses()
	if not frappe.db.exists("Account", {"company": name}):
		doc.create_default_accounts()
	return name


def tax_account(label: str = "Shop VAT", of: str | None = None) -> str:
	"""The name of an Account of the type Tax, made where it is missing.

	:param of: another company than the default one
	"""
	values = {"account_name": label, "company": of or company()}
	name = frappe.db.get_value("Account", values)
	if name:
		return name
	parent = frappe.db.get_value("Account", {**values, "account_name": "Duties and Taxes"})
	return _insert("Account", **values, parent_account=parent, account_type="Tax").name


def item_tax_template(title: str, **rates: float) -> str:
	"""The name of an Item Tax Template; `rates` by the label of the account, with _ for a space."""
	taxes = [
		{"tax_type": tax_account(label.replace("_", " ")), "tax_rate": rate} for label, rate in rates.items()
	]
	return _insert("Item Tax Template", title=title, company=company(), taxes=taxes).name


def lead(email: str = "ann@example.com", **values):
	defaults = {"first_name": "Ann", "last_name": "Lee", "company_name": "Ann's Clinic"}
	return _insert("Lead", **{**defaults, "email_id": email, **values})


def address(of, title: str = "Clinic", **values):
	"""An Address of a Customer or a Lead."""
	defaults = {
		"address_title": title,
		"address_type": "Billing",
		"address_line1": "1 Main Street",
		"city": "Muscat",
		"country": "Oman",
		"links": [{"link_doctype": of.doctype, "link_name": of.name}],
	}
	return _insert("Address", **{**defaults, **values})


def payment_gateway_account(**values) -> str:
	"""The default Payment Gateway Account, whose gateway makes URLs without asking anybody."""
	currency = frappe.get_cached_value("Company", company(), "default_currency")
	settings = frappe.new_doc("Stripe Settings", gateway_name="Shop", publishable_key="pk", secret_key="sk")
	if currency not in settings.supported_currencies:
		settings.supported_currencies.append(currency)
	settings.flags.ignore_mandatory = True  # else it asks Stripe whether the keys are right
	settings.insert(ignore_permissions=True)
	name = frappe.db.get_value("Payment Gateway Account", {"payment_gateway": "Stripe-Shop"})
	if values:
		frappe.db.set_value("Payment Gateway Account", name, values)
	return name


def sales_return(note, submit: bool = True, **quantities: float):
	"""A return of a Delivery Note: of all of it, or of `{item code with _ for -: quantity}`."""
	from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

	doc = make_sales_return(note.name)
	if quantities:
		wanted = {code.replace("_", "-"): quantity for code, quantity in quantities.items()}
		doc.items = [row for row in doc.items if row.item_code in wanted]
		for row in doc.items:
			row.qty = -wanted[row.item_code]
	doc.insert(ignore_permissions=True)
	doc = frappe.get_doc(doc.doctype, doc.name)  # else ERPNext doesn't note on the order what was returned
	if submit:
		doc.submit()
	return doc


# --- orders as they come from Medusa


class Line(NamedTuple):
	"""A line of Medusa's order. Amounts are decimals in words: `net` of the whole line, and its tax."""

	item_code: str
	qty: int
	net: str
	tax_code: str = "VAT 5"
	rate: str = "5"
	tax: str = "0"


def charged_order(
	*lines: Line,
	shipping: str = "0",
	rounding: str = "0",
	rest: dict[str, str] | None = None,
	decimals: int = 3,
	submit: bool = True,
	**values,
):
	"""A Sales Order as Medusa's are brought in: each line's amount hit by one or two rates, shipping, a row a tax code with
	its breakup, and the rounding, all fixed; what they are made of is in `medusa_charges`.

	:param rest: by tax code, the tax that belongs to no line
	:param values: of the Sales Order, as conversion_rate
	"""
	lines = [line._replace(net=Decimal(line.net), tax=Decimal(line.tax)) for line in lines]
	ids = [f"ordli_{number}" for number, _line in enumerate(lines, 1)]
	charges = [_charge("shipping", "Shop Freight", shipping)]
	for code in dict.fromkeys(line.tax_code for line in lines):
		of_code = {id: line for id, line in zip(ids, lines, strict=True) if line.tax_code == code}
		of_rest = Decimal((rest or {}).get(code, "0"))
		whole = sum((line.tax for line in of_code.values()), Decimal(0)) + of_rest
		charges.append(
			_charge(
				f"tax:{code}",
				f"Shop {code}",
				str(whole),
				rate={id: line.rate for id, line in of_code.items()},
				lines={id: str(line.tax) for id, line in of_code.items()},
				rest=str(of_rest),
			)
		)
	if Decimal(rounding):
		charges.append(_charge("rounding", "Shop Round Off", rounding))
	stored = {
		"lines": {
			id: {"qty": str(line.qty), "amount": str(line.net)} for id, line in zip(ids, lines, strict=True)
		},
		"charges": charges,
	}
	conversion = Decimal(str(values.get("conversion_rate") or 1))
	defaults = {
		"customer": values.get("customer") or factories.customer().name,
		"company": company(),
		"delivery_date": today(),
		"from_ecommerce": 1,
		"medusa_order_id": "order_charged",
		"ignore_pricing_rule": 1,
		"disable_rounded_total": 1,
		"medusa_charges": frappe.as_json(stored),
		"taxes": [_tax_row(charge, lines, ids, conversion) for charge in charges],
		"items": [row for id, line in zip(ids, lines, strict=True) for row in _split(id, line, decimals)],
	}
	doc = _insert("Sales Order", **{**defaults, **values})
	if submit:
		doc.submit()
	return doc


def _charge(key: str, label: str, amount: str, **more) -> dict:
	return {"key": key, "account": tax_account(label), "amount": amount, "lines": {}, **more}


def _tax_row(charge: dict, lines: list[Line], ids: list[str], conversion: Decimal) -> dict:
	row = {
		"charge_type": "Actual",
		"account_head": charge["account"],
		"description": charge["key"],
		"tax_amount": float(charge["amount"]),
		"medusa_charge": charge["key"],
	}
	if charge["lines"]:
		detail: dict[str, list] = {}
		for id, line in zip(ids, lines, strict=True):
			if id in charge["lines"]:
				had = detail.get(line.item_code, [0, 0])[1]
				detail[line.item_code] = [float(line.rate), had + float(line.tax * conversion)]
		row.update(dont_recompute_tax=1, item_wise_tax_detail=frappe.as_json(detail, indent=None))
	return row


def _split(id: str, line: Line, decimals: int) -> list[dict]:
	"""The rows of a line: so many pieces at one rate, the others at the next higher one."""
	if not frappe.db.exists("Item", line.item_code):
		factories.item(line.item_code, is_stock_item=0)
	unit = Decimal(1).scaleb(-decimals)
	low = (line.net / line.qty).quantize(unit, ROUND_DOWN)
	dearer = int((line.net - low * line.qty) / unit)
	rows = [(line.qty - dearer, low), (dearer, low + unit)]
	return [
		{
			"item_code": line.item_code,
			"qty": qty,
			"rate": float(rate),
			"price_list_rate": float(rate),
			"discount_percentage": 0 if rate else 100,
			"medusa_line_id": id,
		}
		for qty, rate in rows
		if qty
	]
