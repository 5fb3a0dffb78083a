"""Orders of Medusa's with payments, built by hand, and the Sales Orders and accounts that they meet in ERPNext."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import frappe

from medusa_integration.medusa.order import Movement, Order, Payment
from medusa_integration.orders.money import captures_from_medusa, invoice_on_capture, refunds_from_medusa
from tests.support import arriving, factories
from tests.support.selling import company

ID = "order_1"
AT = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(hours=1)


def configure(**values) -> None:
	"""The configuration of payments; without providers, all are booked as Cash."""
	doc = frappe.get_doc("Medusa Configuration")
	doc.update({"payment_providers": [{"mode_of_payment": "Cash"}], **values})
	doc.save()
	frappe.db.commit()


def capture(id: str, amount, minutes: int = 0) -> Movement:
	return Movement(id, Decimal(str(amount)), AT + timedelta(minutes=minutes))


def paid(*captures: Movement, refunds: tuple = (), amount=None, id: str = "pay_1", **values) -> Payment:
	"""A payment of what was captured, or of more."""
	total = Decimal(str(amount)) if amount is not None else sum(each.amount for each in captures)
	defaults = {"provider": "pp_stripe_stripe", "currency": "OMR"}
	return Payment(
		id=id, amount=Decimal(total), captures=captures, refunds=tuple(refunds), **{**defaults, **values}
	)


def ordered(*paid: Payment, id: str = ID, **values) -> Order:
	"""An order with payments. What its lines are doesn't matter for them."""
	defaults = {"currency": "OMR", "status": "pending", "total": Decimal(10), "lines": ()}
	return Order(
		id=id,
		display_id="1",
		email="ann@example.com",
		created_at=AT,
		updated_at=AT,
		payments=paid,
		**{**defaults, **values},
	)


def arrive(order: Order, sales_order) -> None:
	"""The steps that are about money, each in a transaction of its own."""
	for step in (invoice_on_capture.bill, captures_from_medusa.book, refunds_from_medusa.give_back):
		step(order, sales_order)
		frappe.db.commit()
		sales_order.reload()


def sales_order(*rows: tuple, id: str = ID, **values):
	"""The shop's order of 10, where nothing else is said."""
	doc = factories.sales_order(
		*(rows or (("G-1", 2, 5),)), medusa_order_id=id, disable_rounded_total=1, **values
	)
	frappe.db.commit()
	return doc


def entries(id: str = ID) -> list:
	"""The Payment Entries of an order in Medusa, oldest first."""
	frappe.db.commit()
	names = frappe.get_all("Payment Entry", {"medusa_order_id": id}, pluck="name", order_by="creation, name")
	return [frappe.get_doc("Payment Entry", name) for name in names]


def notes() -> list:
	"""The credit notes, oldest first."""
	frappe.db.commit()
	names = frappe.get_all("Sales Invoice", {"is_return": 1}, pluck="name", order_by="creation, name")
	return [frappe.get_doc("Sales Invoice", name) for name in names]


def bills() -> list:
	"""The invoices, oldest first."""
	frappe.db.commit()
	names = frappe.get_all("Sales Invoice", {"is_return": 0}, pluck="name", order_by="creation, name")
	return [frappe.get_doc("Sales Invoice", name) for name in names]


def figures(entry) -> tuple:
	"""(type, paid, what of it is allocated to what)."""
	rows = {(row.reference_doctype, row.reference_name): row.allocated_amount for row in entry.references}
	return entry.payment_type, entry.paid_amount, rows


def is_balanced(*docs) -> bool:
	"""Whether the ledger has as much debit as credit of each document; true where there is no ledger."""
	if not frappe.db.exists("DocType", "GL Entry"):
		return True
	for doc in docs:
		rows = frappe.get_all(
			"GL Entry",
			{"voucher_type": doc.doctype, "voucher_no": doc.name, "is_cancelled": 0},
			["debit", "credit"],
			order_by=None,
		)
		debit, credit = (sum(Decimal(str(row[side])) for row in rows) for side in ("debit", "credit"))
		if not rows or debit != credit:
			return False
	return True


def owes(customer: str) -> Decimal:
	"""What a customer owes by the ledger, in the company's currency; 0 where there is no ledger."""
	if not frappe.db.exists("DocType", "GL Entry"):
		return Decimal(0)
	rows = frappe.get_all(
		"GL Entry", {"party": customer, "is_cancelled": 0}, ["debit", "credit"], order_by=None
	)
	return sum((Decimal(str(row.debit)) - Decimal(str(row.credit)) for row in rows), Decimal(0))


def open_vouchers(customer: str) -> dict[str, Decimal]:
	"""`{voucher: what is open of it}` by ERPNext's ledger of payments; {} where there is no ledger."""
	if not frappe.db.exists("DocType", "Payment Ledger Entry"):
		return {}
	rows = frappe.get_all(
		"Payment Ledger Entry",
		{"party": customer, "delinked": 0},
		["against_voucher_no", "amount_in_account_currency"],
		order_by=None,
	)
	sums: dict[str, Decimal] = {}
	for row in rows:
		sums.setdefault(row.against_voucher_no, Decimal(0))
		sums[row.against_voucher_no] += Decimal(str(row.amount_in_account_currency))
	return {name: amount for name, amount in sums.items() if round(amount, 6)}  # of rates


def account(name: str, currency: str, kind: str) -> str:
	"""An account of the company in a currency: Receivable or Bank."""
	found = frappe.db.get_value("Account", {"account_name": name, "company": company()})
	if found:
		return found
	like = {"account_type": kind, "company": company()}
	if kind == "Receivable":
		parent = frappe.db.get_value("Account", {**like, "is_group": 0}, "parent_account")
	else:
		parent = frappe.db.get_value("Account", {**like, "is_group": 1})
	doc = frappe.get_doc(
		{
			"doctype": "Account",
			"account_name": name,
			"company": company(),
			"parent_account": parent,
			"account_type": kind,
			"account_currency": currency,
		}
	)
	return doc.insert(ignore_permissions=True).name


def expense(name: str) -> str:
	"""An account of the company for expenses, beside that of shipping."""
	own = {"account_name": name, "company": company()}
	if found := frappe.db.get_value("Account", own):
		return found
	freight = frappe.db.get_value(
		"Account", arriving.shipping_account(), ["parent_account", "root_type"], as_dict=True
	)
	values = {"doctype": "Account", **own, **freight, "account_currency": "OMR"}
	name = frappe.get_doc(values).insert(ignore_permissions=True).name
	frappe.db.commit()
	return name


def canceled(order: Order) -> Order:
	return replace(order, status="canceled")
