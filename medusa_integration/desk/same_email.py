"""The calls of the Customer's and the Lead's form about other parties with the same e-mail.

Source: docs/reference.md, "Whitelisted calls".
"""

from typing import Annotated, Literal

import frappe
from frappe import _

from medusa_integration.checked_arguments import told
from medusa_integration.customers import party_ids, same_email
from medusa_integration.customers.shop_customers import Party
from medusa_integration.desk.arguments import DocumentName, checked

MOST_SHOWN = 5  # each order of a guest may have made a Customer
PartyDocType = Annotated[Literal[party_ids.DOCTYPES], told(lambda: _("{0} has to be Customer or Lead"))]


@frappe.whitelist()
@checked
def get_same_email(doctype: PartyDocType, name: DocumentName) -> list[dict]:
	"""The Customers and Leads, five at most, that have a document's e-mail, and are probably the same party,
	see "Proven e-mails". Just one of the two is linked to a customer of the shop, whose e-mail isn't proven.

	:param doctype: Customer or Lead
	:param name: of the document
	:returns: `[{"doctype", "name", "title", "stays": [DocType, name], "is_merge"}]` of those that the user
		may read; `stays`: which of the two stays when they are joined; `is_merge`: whether the other one is
		merged into it
	:raises frappe.PermissionError: without read permission for the document
	:raises frappe.DoesNotExistError: where there is none
	:raises BadArgument: for a value that can't be a name, and for another DocType

	Source: docs/reference.md, "Proven e-mails".
	"""
	party = Party(doctype, name)
	frappe.get_doc(*party).check_permission("read")
	found = []
	for other in same_email.same_as(party)[:MOST_SHOWN]:
		doc = frappe.get_doc(*other)
		if doc.has_permission("read"):
			stays = list(same_email.staying(party, other))
			is_merge = other.doctype == party.doctype
			found.append({**other._asdict(), "title": doc.get_title(), "stays": stays, "is_merge": is_merge})
	return found


@frappe.whitelist(methods=["POST"])
@checked
def join_same_email(
	doctype: PartyDocType, name: DocumentName, other_doctype: PartyDocType, other: DocumentName
) -> list[str]:
	"""Join two documents that `get_same_email` takes for the same party. This can't be undone.

	:param doctype: Customer or Lead
	:param name: of the document
	:param other_doctype: of the other one
	:param other: its name
	:returns: DocType and name of the one that stays
	:raises frappe.PermissionError: without write permission for both and delete permission for the one that
		is merged
	:raises frappe.DoesNotExistError: where there is none
	:raises frappe.ValidationError: for a pair that `get_same_email` doesn't find, or that can't be joined
	:raises BadArgument: for a value that can't be a name, and for another DocType

	Source: docs/reference.md, "Proven e-mails".
	"""
	parties = Party(doctype, name), Party(other_doctype, other)
	for party in parties:
		frappe.get_doc(*party).check_permission("write")
	return list(same_email.join(*parties))
