"""Medusa's orders against ERPNext's documents: nothing of the app is used here but its fields' names."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import frappe

from tests.support.buying_v2 import ORDER_FIELDS
from tools.chaos import compare_books, compare_buyers, compare_exchanges, kits, orders_v1
from tools.chaos.compare import DOUBLED, LEFT, MISSING, STALE, Finding

TOTAL = "total"
KINDS = (MISSING, DOUBLED, TOTAL, STALE, LEFT, *compare_books.KINDS)
UNIT = Decimal("0.001")  # of the company's currency


def compare(medusa) -> list[Finding]:
	"""What isn't as it must be."""
	frappe.db.commit()
	orders = list(_orders(medusa))
	if medusa.version == "v2":
		compare_exchanges.add_to(orders, medusa)
	return [
		*_left(),
		*(finding for order in orders for finding in _order(order)),
		*_strangers({order["id"] for order in orders}),
		*_for_sale(medusa),
		*(_parts_of_kits(medusa, orders) if medusa.version == "v2" else ()),
	]


def there() -> Counter:
	"""How many documents of each kind there are, so that a run shows what it has tried."""
	kinds = {
		"Sales Orders of exchanges": ("Sales Order", {"medusa_exchange_id": ("is", "set")}),
		"Delivery Notes": ("Delivery Note", {"is_return": 0}),
		"returns": ("Delivery Note", {"is_return": 1}),
		"invoices": ("Sales Invoice", {"is_return": 0}),
		"credit notes": ("Sales Invoice", {"is_return": 1}),
		"captures": ("Payment Entry", {"payment_type": "Receive"}),
		"refunds": ("Payment Entry", {"payment_type": "Pay"}),
		"wholly billed": ("Sales Order", {"per_billed": 100, "docstatus": 1}),
	}
	return Counter({name: frappe.db.count(doctype, filters) for name, (doctype, filters) in kinds.items()})


def _orders(medusa) -> Iterator[dict]:
	if medusa.version == "v1":
		yield from (orders_v1.read(medusa, id) for id in orders_v1.ids(medusa))
		return
	fields = (
		f"{ORDER_FIELDS},*shipping_address,+metadata,+status,+total,*summary,*shipping_methods.detail,"
		"*returns.items,*fulfillments.items"
	)
	offset = 0
	while True:
		params = {"limit": 50, "offset": offset, "order": "id", "fields": fields}
		page = medusa.admin("GET", "/admin/orders", params=params)["orders"]
		for order in page:
			# Medusa shows an item twice after two changes at once.
			for what in ("items", "shipping_methods"):
				order[what] = list({row["id"]: row for row in order[what]}.values())
			yield order
		if len(page) < 50:
			return
		offset += 50


def _left() -> Iterator[Finding]:
	for doctype in ("Medusa Inbox", "Medusa Outbox"):
		for row in frappe.get_all(doctype, fields=["name", "status", "error"], order_by="name"):
			yield Finding(LEFT, f"{doctype} {row.name}", "nothing", f"{row.status}: {row.error}")


def _strangers(ids: set[str]) -> Iterator[Finding]:
	for row in frappe.get_all(
		"Sales Order", {"from_ecommerce": 1}, ["name", "medusa_order_id"], order_by="name"
	):
		if row.medusa_order_id not in ids:
			yield Finding(STALE, row.name, "an order in Medusa", row.medusa_order_id)


def _free(medusa) -> dict[str, float]:
	"""`{sku: what Medusa has for sale}`."""
	if medusa.version == "v1":
		return orders_v1.for_sale(medusa)
	params = {"limit": 1000, "fields": "sku,*location_levels"}
	return {
		item["sku"]: sum(
			level["stocked_quantity"] - level["reserved_quantity"] for level in item["location_levels"]
		)
		for item in medusa.admin("GET", "/admin/inventory-items", params=params)["inventory_items"]
	}


def _parts_of_kits(medusa, orders: list[dict]) -> Iterator[Finding]:
	"""Only Medusa counts these: what was sold and didn't come back is reserved or gone, once."""
	found = _free(medusa)
	for sku, number in kits.taken(orders).items():
		if sku in found and found[sku] != kits.STOCK - number:
			yield Finding(STALE, f"{sku} for sale", kits.STOCK - number, found[sku])


def _for_sale(medusa) -> Iterator[Finding]:
	"""What Medusa has for sale is ERPNext's stock less what is ordered and not yet delivered."""
	found = _free(medusa)
	for code, in_stock in _sums(
		frappe.get_all("Stock Ledger Entry", {"docstatus": 1}, ["item_code", "actual_qty"], as_list=True)
	).items():
		rows = frappe.get_all(
			"Sales Order Item", {"item_code": code, "docstatus": 1}, ["qty", "delivered_qty"], order_by="name"
		)
		wanted = in_stock - sum(max(0, row.qty - row.delivered_qty) for row in rows)
		if found.get(code) != wanted:
			yield Finding(STALE, f"{code} for sale", wanted, found.get(code))


def _order(order: dict) -> Iterator[Finding]:
	where = order["id"]
	found = frappe.get_all(
		"Sales Order",
		{"medusa_order_id": where},
		[
			"name",
			"docstatus",
			"grand_total",
			"conversion_rate",
			"status",
			"per_billed",
			compare_exchanges.FIELD,
		],
		order_by="creation",
	)
	standing = [row for row in found if row.docstatus < 2]
	if order["status"] == "canceled":
		for row in standing:
			yield Finding(STALE, f"{where} {row.name}", "cancelled", row.status)
		return
	if not standing and found and order["metadata"].get("fate") == "drop":
		yield Finding(STALE, f"{where} {found[-1].name} in Medusa", "canceled", order["status"])
		return
	firsts = [row for row in standing if not row[compare_exchanges.FIELD]]
	if len(firsts) != 1:
		names = [row.name for row in firsts or found]
		yield Finding(DOUBLED if firsts else MISSING, where, "a Sales Order", names)
		return
	for row in standing:
		if row.docstatus != 1:
			yield Finding(STALE, f"{where} {row.name}", "submitted", row.docstatus)
	wanted = order["worth"] if "worth" in order else worth(order)
	total = sum(Decimal(str(row.grand_total)) for row in standing)
	if total.quantize(wanted) != wanted:
		yield Finding(TOTAL, f"{where} {[row.name for row in standing]}", str(wanted), str(total))
	yield from compare_exchanges.compare(order, standing)
	yield from compare_exchanges.compare_lines(order, standing)
	yield from _money(order, firsts[0])
	yield from _goods(order, [row.name for row in standing])
	yield from _returns(order, firsts[0].name)
	yield from compare_books.compare(order, standing)
	yield from compare_buyers.compare(order, firsts[0].name)


def worth(order: dict) -> Decimal:
	"""What the order comes to, before anything was sent or given back."""
	total = Decimal(0)
	for line in order["items"]:
		total += _worth(line, Decimal(str(line["detail"]["quantity"])))
	for method in order["shipping_methods"]:
		total += _worth({"unit_price": method["amount"], **method}, Decimal(1))
	decimals = compare_books.DECIMALS[order["currency_code"].upper()]
	return total.quantize(Decimal(1).scaleb(-9), ROUND_HALF_UP).quantize(
		Decimal(1).scaleb(-decimals), ROUND_HALF_UP
	)


def _worth(row: dict, quantity: Decimal) -> Decimal:
	rates = sum((Decimal(str(tax["rate"])) for tax in row.get("tax_lines") or ()), Decimal(0))
	factor = 1 + rates / 100
	net = Decimal(str(row["unit_price"])) * quantity
	net = net / factor if row.get("is_tax_inclusive") else net
	for each in row.get("adjustments") or ():
		amount = Decimal(str(each["amount"]))
		net -= amount / factor if each.get("is_tax_inclusive") else amount
	return net * factor


def _money(order: dict, sales_order) -> Iterator[Finding]:
	"""In the company's currency, whatever the customers' account is in. Medusa moves fractions of the currency's unit."""
	rate = Decimal(str(sales_order.conversion_rate))
	half = Decimal(1).scaleb(-compare_books.DECIMALS[order["currency_code"].upper()]) / 2
	payments = [each for row in order["payment_collections"] for each in row["payments"] or ()]
	wanted = {
		each["id"]: (kind, Decimal(str(each["amount"])) * rate)
		for payment in payments
		for kind, rows in (("Receive", payment.get("captures")), ("Pay", payment.get("refunds")))
		for each in rows or ()
	}
	found = {
		row.medusa_transaction_id: (
			row.payment_type,
			Decimal(str(row.paid_amount)) * (1 if _is_own(row.paid_from) else rate),
		)
		for row in frappe.get_all(
			"Payment Entry",
			{"medusa_transaction_id": ("in", [*wanted, ""]), "docstatus": 1},
			["medusa_transaction_id", "payment_type", "paid_amount", "paid_from"],
		)
	}
	same = wanted.keys() == found.keys() and all(
		found[id][0] == kind and abs(found[id][1] - amount) <= UNIT + half * rate
		for id, (kind, amount) in wanted.items()
	)
	if not same:
		yield Finding(STALE, f"{order['id']} {sales_order.name} money", wanted, found)


def _is_own(account: str) -> bool:
	"""Whether an account is in the company's currency."""
	currency, company = frappe.db.get_value("Account", account, ["account_currency", "company"])
	return not currency or currency == frappe.get_cached_value("Company", company, "default_currency")


def _goods(order: dict, names: list[str]) -> Iterator[Finding]:
	wanted = _parcels(order)
	note, row, sold = (
		frappe.qb.DocType(each) for each in ("Delivery Note", "Delivery Note Item", "Sales Order Item")
	)
	rows = (
		frappe.qb.from_(row)
		.join(note)
		.on(row.parent == note.name)
		.join(sold)
		.on(sold.name == row.so_detail)
		.select(note.name, note.medusa_fulfillment_id, sold.medusa_line_id, row.qty)
		.where((note.docstatus == 1) & (note.is_return == 0) & row.against_sales_order.isin(names))
		.run(as_dict=True)
	)
	found: dict[str, list] = defaultdict(list)
	for each in rows:
		found[each.medusa_fulfillment_id or each.name].append((each.medusa_line_id, each.qty))
	found = {id: _sums(parts) for id, parts in found.items()}
	if wanted != found:
		yield Finding(STALE, f"{order['id']} {names} goods", wanted, found)


def _parcels(order: dict) -> dict[str, dict[str, float]]:
	"""`{fulfillment: what is in it by lines}`. What needs no way (a line by hand) Medusa has in a fulfillment of its own,
	also where it is of the same Delivery Note. Of a kit Medusa lists the parts."""
	kits_of = {line["id"]: kits.KITS.get(line["variant_sku"] or "") for line in order["items"]}
	first: dict[str, str] = {}
	found: dict[str, list] = defaultdict(list)
	for each in sorted(order["fulfillments"], key=lambda each: (each["created_at"], each["id"])):
		if each["canceled_at"]:
			continue
		note = (each["metadata"] or {}).get("reference") or each["id"]
		rows = {}
		for row in each["items"]:
			kit = kits_of.get(row["line_item_id"])
			rows[row["line_item_id"]] = row["quantity"] / (kit.get(row["sku"], 1) if kit else 1)
		found[first.setdefault(note, each["id"])] += rows.items()
	return {id: _sums(rows) for id, rows in found.items()}


def _sums(parts) -> dict[str, float]:
	sums: dict[str, float] = defaultdict(float)
	for line, quantity in parts:
		sums[line] += float(quantity)
	return dict(sums)


def _returns(order: dict, name: str) -> Iterator[Finding]:
	for each in order["returns"] or ():
		if each["status"] == "canceled":
			continue
		notes = frappe.get_all(
			"Delivery Note", {"medusa_return_id": ("like", f"{each['id']}%")}, pluck="name"
		)
		found = -sum(frappe.get_all("Delivery Note Item", {"parent": ("in", [*notes, ""])}, pluck="qty"))
		wanted = sum(item["quantity"] for item in each["items"])
		if found != wanted:
			kind = MISSING if not notes else DOUBLED if found > wanted else STALE
			yield Finding(kind, f"{order['id']} {name} return {each['id']}", wanted, found)
