import json

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Sum
from frappe.utils import cstr, flt, getdate

from erpnext.stock.doctype.item.item import validate_end_of_life
from erpnext.stock.doctype.warehouse.warehouse import get_child_warehouses


@frappe.whitelist()
def get_item_details(args, doc=None, for_validate: bool = False, overwrite_warehouse: bool = True) -> dict:
	"""What a row of a selling document takes from its Item: names, unit, warehouse, taxes and the list's price."""
	args = frappe._dict(frappe.parse_json(args))
	item = frappe.get_cached_doc("Item", args.item_code)
	validate_end_of_life(item.name, item.end_of_life, item.disabled)
	if item.has_variants:
		frappe.throw(
			_("Item {0} is a template, please select one of its variants").format(item.name),
			title=_("Template Item Selected"),
		)
	args.uom = args.uom or item.sales_uom or item.stock_uom
	args.stock_uom = item.stock_uom
	args.conversion_factor = flt(args.conversion_factor)
	if args.uom == item.stock_uom:
		args.conversion_factor = 1
	elif not args.conversion_factor:
		args.conversion_factor = get_conversion_factor(item.name, args.uom)["conversion_factor"]
	out = frappe._dict(
		{
			field: item.get(field)
			for field in ("item_name", "item_group", "brand", "stock_uom", "description")
		},
		item_code=item.name,
		warehouse=get_item_warehouse(args),
		uom=args.uom,
		conversion_factor=args.conversion_factor,
		qty=flt(args.qty) or 1.0,
		price_list_rate=0.0,
		rate=0.0,
		discount_percentage=0.0,
		discount_amount=0.0,
	)
	get_item_tax_template(args, item, out)
	template = out.get("item_tax_template") or args.item_tax_template
	out.item_tax_rate = get_item_tax_map(args.company, template)
	rate = get_price_list_rate_for(
		args.update(price_list=args.price_list or args.selling_price_list), item.name
	)
	if rate is not None:
		out.price_list_rate = flt(rate) * flt(args.plc_conversion_rate or 1) / flt(args.conversion_rate or 1)
	return out


@frappe.whitelist()
def get_conversion_factor(item_code: str, uom: str) -> dict:
	factor = frappe.db.get_value(
		"UOM Conversion Detail", {"parent": item_code, "uom": uom}, "conversion_factor"
	)
	return {"conversion_factor": factor or 1.0}


def get_item_warehouse(args) -> str | None:
	default = frappe.db.get_single_value("Stock Settings", "default_warehouse")
	if default and frappe.get_cached_value("Warehouse", default, "company") != args.company:
		default = None
	return args.warehouse or args.set_warehouse or default


def get_price_list_rate_for(args, item_code: str) -> float | None:
	"""The customer's price of the list, else the list's, on that day and in that unit or the stock unit."""
	for customer in filter(None, [args.customer, "-"]):
		for uom in dict.fromkeys([args.uom, args.stock_uom]):
			price = _get_item_price(args, item_code, "" if customer == "-" else customer, uom)
			if price:
				rate = flt(price.price_list_rate)
				return rate if price.uom == args.uom else rate * flt(args.conversion_factor or 1)
	return None


def _get_item_price(args, item_code: str, customer: str, uom: str) -> dict | None:
	price, date = frappe.qb.DocType("Item Price"), args.transaction_date
	query = (
		frappe.qb.from_(price)
		.select(price.price_list_rate, price.uom)
		.where((price.item_code == item_code) & (price.price_list == args.price_list))
		.where(Coalesce(price.uom, "").isin(["", uom]) & (Coalesce(price.customer, "") == customer))
		.where((Coalesce(price.batch_no, "") == "") & (Coalesce(price.supplier, "") == ""))
		.orderby(price.valid_from, order=frappe.qb.desc)
		.orderby(price.uom, order=frappe.qb.desc)
		.limit(1)
	)
	if date:
		query = query.where(
			(Coalesce(price.valid_from, "2000-01-01") <= date)
			& (Coalesce(price.valid_upto, "2500-12-31") >= date)
		)
	found = query.run(as_dict=True)
	return found[0] if found else None


# --- taxes of items


@frappe.whitelist()
def get_item_tax_template(args, item=None, out=None) -> str | None:
	"""The item's template that holds, else its group's, else that of the groups above; also set in `out`.

	:param args: company, item_code, and tax_category, transaction_date, base_net_rate and item_tax_template,
	    which is kept where it is one of those that hold
	"""
	args = frappe._dict(frappe.parse_json(args))
	item = item or frappe.get_cached_doc("Item", args.item_code)
	for taxes in (item.taxes, *_taxes_of_groups(item.item_group)):
		holding = _holding(
			taxes,
			args.company,
			args.bill_date or args.posting_date or args.transaction_date,
			args.base_net_rate,
		)
		if args.item_tax_template in [tax.item_tax_template for tax in holding]:
			found = args.item_tax_template
		else:
			fitting = (tax for tax in holding if cstr(tax.tax_category) == cstr(args.tax_category))
			found = next((tax.item_tax_template for tax in fitting), None)
		if found:
			if out is not None:
				out["item_tax_template"] = found
			return found
	return None


@frappe.whitelist()
def get_item_tax_map(company: str, item_tax_template: str | None, as_json: bool = True):
	"""{account: rate} of a template, of the company's own accounts."""
	rates = {}
	if item_tax_template:
		for row in frappe.get_cached_doc("Item Tax Template", item_tax_template).taxes:
			if frappe.get_cached_value("Account", row.tax_type, "company") == company:
				rates[row.tax_type] = row.tax_rate
	return json.dumps(rates) if as_json else rates


def get_item_taxes(item_code: str) -> list:
	"""The Item Tax rows of an item and of all groups above it."""
	item = frappe.get_cached_doc("Item", item_code)
	return [*item.taxes, *(tax for taxes in _taxes_of_groups(item.item_group) for tax in taxes)]


def get_valid_templates(taxes: list, company: str, *, date, tax_category, net_rate) -> list[str]:
	return [
		tax.item_tax_template
		for tax in _holding(taxes, company, date, net_rate)
		if cstr(tax.tax_category) == cstr(tax_category)
	]


def _taxes_of_groups(group: str | None):
	while group:
		doc = frappe.get_cached_doc("Item Group", group)
		yield doc.taxes
		group = doc.parent_item_group


def _holding(taxes: list, company: str, date, net_rate) -> list:
	"""Those of the company that hold: the ones with limits of time or price, the latest first, else the others."""
	ours = [
		tax
		for tax in taxes
		if frappe.get_cached_value("Item Tax Template", tax.item_tax_template, "company") == company
	]
	limited = [tax for tax in ours if tax.valid_from or tax.maximum_net_rate]
	holding = [
		tax for tax in limited if getdate(tax.valid_from) <= getdate(date) and _in_range(tax, net_rate)
	]
	if holding:
		return sorted(holding, key=lambda tax: cstr(tax.valid_from), reverse=True)
	return [tax for tax in ours if tax not in limited]


def _in_range(tax, net_rate) -> bool:
	most = flt(tax.maximum_net_rate)
	return not most or flt(tax.minimum_net_rate) <= flt(net_rate) <= most


# --- stock


@frappe.whitelist()
def get_bin_details(
	item_code: str, warehouse: str, company: str | None = None, include_child_warehouses: bool = False
) -> dict:
	"""The item's quantities in a warehouse: projected_qty, actual_qty and reserved_qty.

	:param company: adds company_total_stock, the actual quantity in all of its warehouses
	:param include_child_warehouses: adds up the warehouse and all below it
	"""
	details = frappe._dict(projected_qty=0, actual_qty=0, reserved_qty=0)
	if warehouse:
		bin = frappe.qb.DocType("Bin")
		warehouses = get_child_warehouses(warehouse) if include_child_warehouses else [warehouse]
		query = frappe.qb.from_(bin).where((bin.item_code == item_code) & bin.warehouse.isin(warehouses))
		for fieldname in details:
			query = query.select(Coalesce(Sum(bin[fieldname]), 0).as_(fieldname))
		details = query.run(as_dict=True)[0]
	if company:
		details["company_total_stock"] = get_company_total_stock(item_code, company)
	return details


def get_company_total_stock(item_code: str, company: str) -> float | None:
	bin = frappe.qb.DocType("Bin")
	warehouse = frappe.qb.DocType("Warehouse")
	return (
		frappe.qb.from_(bin)
		.inner_join(warehouse)
		.on(bin.warehouse == warehouse.name)
		.select(Sum(bin.actual_qty))
		.where((warehouse.company == company) & (bin.item_code == item_code))
	).run()[0][0]
