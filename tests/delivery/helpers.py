"""What the tests about faults share: some Website Items, and how they are changed and looked at."""

import frappe

from tests.support.factories import drain, item_price, outbox, website_item

DOCTYPE = "Website Item"
# SQLite, as the embedded engine speaks to it, takes no zero bytes; Medusa's PostgreSQL takes none either
ZERO = "\x01" if frappe.conf.db_type == "sqlite" else "\x00"


def items(number: int, price: bool = True, **values) -> list[str]:
	"""Website Items G-0, G-1, …, each with a price; their names."""
	names = [website_item(f"G-{n}", **values).name for n in range(number)]
	for n in range(number if price else 0):
		item_price(f"G-{n}", 1.5 + n)
	return names


def save(name: str, **values) -> None:
	doc = frappe.get_doc(DOCTYPE, name)
	doc.update(values)
	doc.save()


def save_and_commit(name: str, **values) -> None:
	save(name, **values)
	frappe.db.commit()


def store_raw(name: str, **values) -> None:
	"""Write to a Website Item as an import or a patch does, past all checks; it is sent all the same."""
	frappe.db.set_value(DOCTYPE, name, values, update_modified=False)
	frappe.clear_document_cache(DOCTYPE, name)


def rows(kind: str = "Product") -> dict[str, frappe._dict]:
	return {row.reference_name: row for row in outbox() if row.kind == kind}


def log_count() -> int:
	frappe.db.commit()
	return frappe.db.count("Medusa Request Log")


def drain_as_time_goes_by(times: int) -> None:
	for _ in range(times):
		drain()


def assert_waiting(because: str) -> None:
	"""Everything is still there, nothing is blamed for it, and the operator can read why."""
	left = rows()
	assert left
	assert {row.status for row in left.values()} == {"Pending"}
	assert {row.attempts for row in left.values()} == {0}
	assert {row.lease for row in left.values()} == {""}
	assert any(because in row.error for row in outbox())
