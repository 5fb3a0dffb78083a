"""Parts of a Sales Order, delivered, billed, returned and cancelled with ERPNext's own buttons, in any sequence."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random

import frappe

from tests.support.breakups import breakup

NOTE, BILL = "Delivery Note", "Sales Invoice"
KINDS = (NOTE, BILL)


def amounts(doc) -> dict[str, Decimal]:
	"""`{charge: amount}` of a document's rows that are tagged."""
	found: dict[str, Decimal] = defaultdict(Decimal)
	for row in doc.taxes:
		if row.medusa_charge:
			found[row.medusa_charge] += Decimal(str(row.tax_amount))
	return dict(found)


def submitted(doctype: str, order) -> list:
	"""The submitted documents of an order, the oldest first."""
	rows = [row.name for row in order.items]
	of_order = {"so_detail": ("in", rows), "docstatus": 1}
	names = set(frappe.get_all(f"{doctype} Item", of_order, pluck="parent", order_by=None))
	docs = [frappe.get_doc(doctype, name) for name in names]
	return sorted(docs, key=lambda doc: (doc.creation, doc.name))


def sums(doctype: str, order) -> dict[str, Decimal]:
	"""`{charge: amount}` of all submitted documents of an order together, and their grand total."""
	return sum_of(submitted(doctype, order))


def sum_of(docs: list) -> dict[str, Decimal]:
	total: dict[str, Decimal] = defaultdict(Decimal)
	for doc in docs:
		for key, amount in {**amounts(doc), "grand": Decimal(str(doc.grand_total))}.items():
			total[key] += amount
	return dict(total)


def whole(order) -> dict[str, Decimal]:
	return {**amounts(order), "grand": Decimal(str(order.grand_total))}


def take(doc, *, submit: bool = True, **quantities: int):
	"""The first rows of each item that make up the quantities, of a mapped document."""
	sign, kept = (-1 if doc.is_return else 1), []
	left = {code.replace("_", "-"): qty for code, qty in quantities.items()}
	for row in doc.items:
		row.qty = sign * min(abs(row.qty), left.get(row.item_code, 0))
		if row.qty:
			left[row.item_code] -= abs(row.qty)
			kept.append(row)
	doc.items = kept
	doc.insert(ignore_permissions=True)
	doc = frappe.get_doc(doc.doctype, doc.name)
	if submit:
		doc.submit()
	return doc


class Journey:
	"""What happens to one order, at random."""

	def __init__(self, order, random: Random, *, unit: str = "0.001") -> None:
		self.order, self.random, self.unit = order, random, Decimal(unit)
		self.by_note = random.random() < 0.4  # Each note is billed, not the order.
		self.cancelled = 0

	# --- the steps

	def run(self, steps: int) -> None:
		actions = [self.deliver, self.deliver, self.bill, self.bill, self.send_back, self.credit, self.cancel]
		for _number in range(steps):
			self.random.choice(actions)()
		self.finish()

	def finish(self) -> None:
		"""All that is open."""
		while self._make(self._mapped_note(), take_all=True):
			pass
		while bills := self._mapped_bills():
			self._make(bills[0], take_all=True)

	def deliver(self) -> None:
		self._make(self._mapped_note())

	def bill(self) -> None:
		bills = self._mapped_bills()
		if bills:
			self._make(self.random.choice(bills))

	def send_back(self) -> None:
		from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

		# ERPNext's bill of a note takes the returns of an item from any of its rows.
		notes = [] if self.by_note else self._free(NOTE)
		if notes:
			self._make(make_sales_return(self.random.choice(notes).name))

	def credit(self) -> None:
		from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

		bills = self._free(BILL)
		if bills:
			doc = make_sales_return(self.random.choice(bills).name)
			doc.update_billed_amount_in_sales_order = 1
			self._make(doc)

	def cancel(self) -> None:
		docs = [doc for kind in KINDS for doc in submitted(kind, self.order) if not self._is_used(doc)]
		if docs:
			self.random.choice(docs).cancel()
			self.cancelled += 1

	# --- the documents

	def _mapped_note(self):
		from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

		return self._left(make_delivery_note(self.order.name))

	def _mapped_bills(self) -> list:
		from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice
		from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice as bill_note

		if not self.by_note:
			doc = self._left(make_sales_invoice(self.order.name))
			return [doc] if doc.items else []
		mapped = []
		for note in submitted(NOTE, self.order):
			try:
				doc = None if note.is_return else bill_note(note.name)
			except frappe.ValidationError:  # all is billed or returned
				frappe.clear_messages()
				continue
			if doc and doc.items:
				mapped.append(doc)
		return mapped

	def _left(self, doc):
		"""ERPNext forgets what was returned and delivered again: the quantities are corrected by hand."""
		done: dict[str, float] = defaultdict(float)
		for other in submitted(doc.doctype, self.order):
			for row in other.items:
				done[row.so_detail] += row.qty
		for row in doc.items:
			ordered = next(each.qty for each in self.order.items if each.name == row.so_detail)
			row.qty = ordered - done[row.so_detail]
		doc.items = [row for row in doc.items if row.qty > 0]
		return doc

	def _make(self, doc, *, take_all: bool = False) -> bool:
		"""Insert and submit a part of a mapped document, sometimes by the way of the Desk's form."""
		sign = -1 if doc.is_return else 1
		rows = [row for row in doc.items if row.qty]
		if not take_all:
			rows = [row for row in rows if self.random.random() < 0.7] or rows[:1]
			for row in rows:
				if self.random.random() < 0.6:
					row.qty = sign * self.random.randint(1, int(abs(row.qty)))
		if not rows:
			return False
		doc.items = rows
		doc.insert(ignore_permissions=True)
		doc = saved_again(doc) if self.random.random() < 0.3 else frappe.get_doc(doc.doctype, doc.name)
		doc.submit()
		self.check(doc)
		return True

	def _free(self, kind: str) -> list:
		"""What can be returned."""
		return [doc for doc in submitted(kind, self.order) if not doc.is_return and self._returnable(doc)]

	def _returnable(self, doc) -> bool:
		returned = {"return_against": doc.name, "docstatus": 1}
		return not frappe.db.exists(doc.doctype, returned)

	def _is_billed(self, note) -> bool:
		return bool(frappe.db.exists(f"{BILL} Item", {"delivery_note": note.name, "docstatus": 1}))

	def _is_used(self, doc) -> bool:
		return not self._returnable(doc) or (doc.doctype == NOTE and self._is_billed(doc))

	# --- the checks

	def check(self, doc) -> None:
		"""No charge has another sign than the document, or is more than the order's; all together are what belongs to the
		done part, except for units that cancelled documents have left."""
		ordered = amounts(self.order)
		assert set(amounts(doc)) == set(ordered), doc.name
		for key, amount in amounts(doc).items():
			sign = -1 if doc.is_return else 1
			part = amount * sign * (1 if ordered[key] >= 0 else -1)
			assert 0 <= part <= abs(ordered[key]), (doc.name, key, amount, ordered[key])
		allowed = self.unit * (self.cancelled + 1)
		docs = submitted(doc.doctype, self.order)
		carries = sum_of(docs)
		for key, exact in self._expected(docs).items():
			carried = carries.get(key, Decimal(0))
			assert abs(carried - exact) <= allowed, (doc.doctype, key, carried, exact)
		assert_adds_up(doc)

	def check_end(self) -> None:
		for kind in KINDS:
			assert sums(kind, self.order) == whole(self.order), kind

	def _expected(self, docs: list) -> dict[str, Decimal]:
		"""By charge, worked out here from the order's own table."""
		stored = frappe.parse_json(self.order.medusa_charges)
		done: dict[str, Fraction] = defaultdict(Fraction)
		for doc in docs:
			for row in doc.items:
				done[row.so_detail] += Fraction(row.qty)
		of_line: dict[str, Fraction] = defaultdict(Fraction)
		net = total = Fraction(0)
		by_amount = any(row.net_amount for row in self.order.items)
		for row in self.order.items:
			weight = Fraction(str(row.net_amount if by_amount else row.qty))
			of_line[row.medusa_line_id] += done[row.name]
			net += weight * done[row.name] / Fraction(row.qty)
			total += weight
		expected = {}
		for charge in stored["charges"]:
			lines = charge["lines"]
			exact = sum(
				Fraction(amount) * of_line[id] / Fraction(stored["lines"][id]["qty"])
				for id, amount in lines.items()
			)
			rest = Fraction(charge["amount"]) - sum(map(Fraction, lines.values()))
			exact += rest * net / total
			value = Decimal(exact.numerator) / Decimal(exact.denominator)
			expected[charge["key"]] = value.quantize(self.unit, ROUND_HALF_UP)
		return expected


def assert_adds_up(doc) -> None:
	"""The grand total is the net amounts and the rows of taxes, and each breakup is its row's amount."""
	taxes = sum(Decimal(str(row.tax_amount_after_discount_amount)) for row in doc.taxes)
	total = Decimal(str(doc.net_total)) + taxes
	assert round(total - Decimal(str(doc.grand_total)), 6) == 0
	for row in doc.taxes:
		if row.get("dont_recompute_tax"):
			amount = sum(Decimal(str(part[1])) for part in breakup(row).values())
			exact = Decimal(str(row.tax_amount)) * Decimal(str(doc.conversion_rate))
			assert abs(amount - exact) < Decimal("0.00001"), (doc.name, row.medusa_charge)


def saved_again(doc):
	"""Save a draft as the Desk's form does, which sends the whole document back; its totals stay."""
	shown = frappe.get_doc(doc.doctype, doc.name)
	sent = frappe.get_doc(frappe.parse_json(frappe.as_json(shown.as_dict(convert_dates_to_str=True))))
	sent.save(ignore_permissions=True)
	again = frappe.get_doc(doc.doctype, doc.name)
	assert whole(again) == whole(shown)
	assert again.outstanding_amount == shown.outstanding_amount if doc.doctype == BILL else True
	return again
