"""The second and further accounts of one Customer, as of a company's buyers. A Customer's own field has the id of the first one. A
further one's is at the Contact that has its e-mail, so that a user ends it by taking the Contact out of the Customer.

An account and the Customer's other accounts see each other's documents. So the e-mail has to be proven, and a user of the Desk has to
have written it to the Contact: an e-mail that came from the shop may be typed by anybody.

Source: docs/reference.md, "Further accounts of a Customer".
"""

from typing import NamedTuple

import frappe
from frappe import _

from medusa_integration import settings
from medusa_integration.customers import proofs
from medusa_integration.customers.emails import GUESTS, MAIN, contacts_of

FIELD = "medusa_id"  # of a Contact
WRITTEN = "medusa_wrote_email"  # of a Contact: the shop wrote an e-mail to it
KEPT = (FIELD, WRITTEN, GUESTS)
PARTIES = ("Customer", "Lead", "Supplier")


class _Link(NamedTuple):
	contact: str
	doctype: str
	name: str


def keep_contact_ids(doc, method: str | None = None) -> None:
	"""Contact, before_validate: undo a save's changes to the integration's fields, `medusa_id`, `medusa_wrote_email` and
	`medusa_guest`. A new document has none.

	Source: docs/reference.md, "Document events".
	"""
	kept = [
		field for field in KEPT if doc.meta.has_field(field)
	]  # An update of the app may have yet to make them.
	stored = None if doc.is_new() else frappe.db.get_value("Contact", doc.name, kept, as_dict=True)
	doc.update(stored or dict.fromkeys(kept))


def note_written(contact: str) -> None:
	"""Note that an e-mail of a Contact came from the shop, past `keep_contact_ids`."""
	frappe.db.set_value("Contact", contact, WRITTEN, 1, update_modified=False)


def customer_of(medusa_id: str) -> str | None:
	"""The one Customer whose Contact has an account's id. Ids are compared exactly."""
	row = frappe.db.get_value("Contact", {FIELD: medusa_id}, ["name", FIELD], as_dict=True)
	return _customers([row.name]).get(row.name) if row and row[FIELD] == medusa_id else None


def ids_of(customer: str) -> set[str]:
	"""The ids of a Customer's further accounts."""
	link, contact = frappe.qb.DocType("Dynamic Link"), frappe.qb.DocType("Contact")
	rows = (
		frappe.qb.from_(link)
		.join(contact)
		.on(link.parent == contact.name)
		.select(contact.name, contact[FIELD])
		.where((link.parenttype == "Contact") & (link.link_doctype == "Customer"))
		.where((link.link_name == customer) & (contact[FIELD] != ""))
		.run()
	)
	of_contact = _customers([name for name, _id in rows]) if rows else {}
	return {id for name, id in rows if of_contact.get(name) == customer}


def claim(email: str, medusa_id: str) -> str | None:
	"""Link an account to the Contact with its proven e-mail, of a Customer that has another account.

	:param email: the account's own
	:returns: the Customer, a disabled one too; None where there is no such Contact, or Contacts of several Customers
	"""
	if not proofs.is_proven(email, medusa_id):
		return None
	owned = _of_desk(contacts_of(email))
	if not owned:
		return None
	customers = _customers(owned)
	names = [name for name in owned if _is_further(name, customers.get(name), email)]
	if len({customers[name] for name in names}) != 1:
		return None
	contact = names[0]
	customer = customers[contact]
	frappe.db.get_value("Customer", customer, "name", for_update=True)  # before its Contacts
	id = frappe.db.get_value("Contact", contact, FIELD, for_update=True)
	if id and id != medusa_id:
		return None
	frappe.db.set_value("Contact", contact, FIELD, medusa_id, update_modified=False)
	words = _(
		"{0}'s account {1} in the shop is a further one of this Customer: its orders are booked here, and it sees the Customer's documents. To end that, take the Contact {2} out of the Customer."
	)
	frappe.get_doc("Customer", customer).add_comment("Info", words.format(email, medusa_id, contact))
	return customer


def _of_desk(contacts: list[str]) -> list[str]:
	"""Those whose e-mails users of the Desk have written, the oldest first. A visitor of a portal may change the Contact that is
	theirs."""
	own = {"name": ("in", contacts or [""]), WRITTEN: 0, GUESTS: 0}
	rows = frappe.get_all("Contact", own, ["name", "owner"], order_by="creation, name")
	users = {"name": ("in", [row.owner for row in rows] or [""]), "user_type": "System User"}
	trusted = set(frappe.get_all("User", users, pluck="name", order_by=None))
	return [row.name for row in rows if row.owner in trusted]


def _is_further(contact: str, customer: str | None, email: str) -> bool:
	"""Whether a Contact is another one's than the first account's of its Customer, to whom the Customer's own e-mail belongs."""
	if not customer or customer == settings.current().guest_customer:
		return False
	fields = ["medusa_id", "email_id", "customer_primary_contact"]
	row = frappe.db.get_value("Customer", customer, fields, as_dict=True)
	is_own = row.customer_primary_contact == contact or (row.email_id or "").lower() == email.lower()
	return bool(row.medusa_id) and not is_own


def _customers(contacts: list[str]) -> dict[str, str]:
	"""`{Contact: its Customer}` of those that belong to one Customer and no other party. A buyer's second Customer, for other
	currencies, counts as the first one."""
	links = {"parenttype": "Contact", "parent": ("in", contacts or [""]), "link_doctype": ("in", PARTIES)}
	rows = [
		_Link(*row)
		for row in frappe.get_all(
			"Dynamic Link", links, ["parent", "link_doctype", "link_name"], order_by=None, as_list=True
		)
	]
	names = {row.name for row in rows if row.doctype == "Customer"}
	mains = dict(
		frappe.get_all(
			"Customer", {"name": ("in", [*names, ""])}, ["name", MAIN], order_by=None, as_list=True
		)
	)
	found: dict[str, set[str]] = {}
	for row in rows:
		name = (mains.get(row.name) or row.name) if row.doctype == "Customer" else ""
		found.setdefault(row.contact, set()).add(name)
	return {contact: next(iter(each)) for contact, each in found.items() if len(each) == 1 and "" not in each}
