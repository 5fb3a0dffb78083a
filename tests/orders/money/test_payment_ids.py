"""Whose capture or refund in Medusa a Payment Entry is: only the integration says so, and an amended one takes it over."""

import frappe
import pytest

from medusa_integration.users import as_user
from tests.orders.money.helpers import arrive, capture, configure, entries, ordered, paid, sales_order
from tests.support import factories
from tests.support.users import signed_in

ORDER = "order_1"
ACCOUNTANT = "medusa-accounts@example.com"


@pytest.fixture(autouse=True)
def configured():
	configure()


@pytest.fixture
def accountant():
	signed_in(ACCOUNTANT, "Accounts User", "Accounts Manager")
	return ACCOUNTANT


def amended(entry):
	"""The draft that the Desk's button makes, which copies all fields."""
	entry.reload()
	entry.cancel()
	new = frappe.copy_doc(entry)
	new.update({"amended_from": entry.name, "docstatus": 0, "status": "Draft"})
	return new


def ids() -> list[tuple]:
	rows = frappe.get_all(
		"Payment Entry", fields=["docstatus", "medusa_transaction_id"], order_by="creation, name"
	)
	return [(row.docstatus, row.medusa_transaction_id) for row in rows]


def test_a_user_claims_no_capture(accountant):
	doc = sales_order()
	entry = factories.payment(doc, submit=False)
	new = frappe.copy_doc(entry)
	entry.delete()
	new.update({"medusa_transaction_id": "cap_1", "medusa_order_id": ORDER})
	frappe.db.commit()
	with as_user(accountant):
		new.insert()
		assert (new.medusa_transaction_id, new.medusa_order_id) == (None, None)
		new.medusa_transaction_id = "cap_1"
		new.save()
		new.submit()
	assert ids() == [(1, None)]
	doc.reload()
	arrive(ordered(paid(capture("cap_1", 4), amount=10)), doc)
	assert [entry.medusa_transaction_id for entry in entries()] == ["cap_1"]


@pytest.mark.parametrize("user", ["Administrator", ACCOUNTANT])
def test_an_amended_entry_is_the_capture(accountant, user):
	doc = sales_order()
	order = ordered(paid(capture("cap_1", 4), amount=10))
	arrive(order, doc)
	(entry,) = entries()
	with as_user(user):
		new = amended(entry)
		new.insert()
		frappe.db.commit()
		assert ids() == [(2, "cap_1"), (0, None)]
		doc.reload()
		arrive(order, doc)
		new.reload()
		new.submit()
		frappe.db.commit()
	assert ids() == [(2, None), (1, "cap_1")]
	assert frappe.db.get_value("Payment Entry", new.name, "medusa_order_id") == ORDER
	doc.reload()
	arrive(order, doc)
	assert len(entries()) == 2


def test_a_draft_takes_nothing_from_an_entry_that_stands(accountant):
	"""Frappe looks at `amended_from` when a document is inserted, not when it is saved."""
	doc = sales_order()
	arrive(ordered(paid(capture("cap_1", 4), amount=10)), doc)
	(entry,) = entries()
	doc.reload()
	draft = factories.payment(doc, submit=False)
	frappe.db.set_value("Payment Entry", draft.name, "amended_from", entry.name)
	draft.reload()
	with as_user(accountant):
		draft.submit()
	frappe.db.commit()
	assert frappe.db.get_value("Payment Entry", entry.name, "medusa_transaction_id") == "cap_1"
	assert not frappe.db.get_value("Payment Entry", draft.name, "medusa_transaction_id")
