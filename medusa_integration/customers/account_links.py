"""The end of a link: a Customer whose account was deleted in Medusa.

Source: docs/reference.md, "Customers".
"""

import frappe
from frappe import _

from medusa_integration import session
from medusa_integration.customers import party_ids
from medusa_integration.customers.shop_customers import Party
from medusa_integration.medusa.errors import MedusaError


def unlink_deleted(customer: str) -> None:
	"""Unlink a Customer, and its Lead, from a customer of the shop that was deleted in Medusa. Its documents
	stay. Asks Medusa first, before any lock.

	:raises frappe.ValidationError: where the Customer isn't linked, the account exists in Medusa, or Medusa
		doesn't answer
	"""
	id = frappe.db.get_value("Customer", customer, "medusa_id")
	if not id:
		_refuse(_("{0} isn't linked to a customer of the shop.").format(frappe.bold(customer)))
	try:
		found = session.open_shop().read_customers([id])
	except MedusaError as error:
		_refuse(
			_("Medusa doesn't answer, so that it isn't known whether the account exists: {0}").format(error)
		)
	if id in found:
		_refuse(
			_(
				"The account {0} ({1}) exists in Medusa. Only the link to a deleted account can be removed: delete the account in Medusa first, or keep the link."
			).format(found[id].email or id, id)
		)
	for party in (Party("Customer", customer), Party("Lead", party_ids.holder("Lead", id) or "")):
		if party.name and party_ids.stored(*party).medusa_id == id:
			party_ids.clear(*party)
			text = _("unlinked from the shop's customer {0}, which was deleted in Medusa").format(id)
			frappe.get_doc(*party).add_comment("Info", text)


def _refuse(message: str) -> None:
	frappe.throw(message, title=_("Not unlinked"))
