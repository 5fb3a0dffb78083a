"""Sending one record at once, for the bench's console and for scripts. Each function queues its record and drains the
outbox, as a save and the next drain do.

Source: docs/reference.md, "Bulk operations".
"""

from typing import Any

import frappe
from frappe import _

from medusa_integration import settings
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Kind
from medusa_integration.operations import queueing
from medusa_integration.sync import sending
from medusa_integration.sync.kinds import COLLECTION, PRODUCT


def create_medusa_variant(
	product_id: str, backorder: bool | None = None, country_code: str | None = None
) -> str:
	"""Make sure that a product has its variant, which is made where Medusa lacks it, and is as ERPNext has it. Commits.

	:param product_id: Medusa's id of a Website Item's product
	:param backorder: not used: the Website Item's *On Backorder* counts
	:param country_code: not used: the Item's *Country of Origin* counts
	:returns: Medusa's id of the variant
	:raises frappe.DoesNotExistError: no Website Item has this product
	:raises frappe.ValidationError: Medusa doesn't accept it, or can't be reached
	:raises MedusaNotConfigured: while the integration is off
	"""
	name = frappe.db.get_value(PRODUCT.doctype, {"medusa_id": product_id})
	if not name:
		frappe.throw(
			_("No Website Item has the product {0}.").format(product_id),
			frappe.DoesNotExistError,
			title=_("Not found"),
		)
	return _sent(PRODUCT, name, "medusa_variant_id")


def export_item_group(item_group: Any) -> str:
	"""Make sure that an Item Group has its collection, which is made where Medusa lacks it, and is as ERPNext has it. Commits.

	:param item_group: its name, or the document
	:returns: Medusa's id of the collection
	:raises frappe.DoesNotExistError: there is no such Item Group
	:raises frappe.ValidationError: Medusa doesn't accept it, or can't be reached
	:raises MedusaNotConfigured: while the integration is off
	"""
	name = item_group if isinstance(item_group, str) else item_group.name
	if not frappe.db.exists(COLLECTION.doctype, name):
		frappe.throw(
			_("There is no Item Group {0}.").format(name), frappe.DoesNotExistError, title=_("Not found")
		)
	return _sent(COLLECTION, name, "medusa_id")


def _sent(kind: Kind, name: str, field: str) -> str:
	settings.must_be_enabled()
	queueing.queue([name], (kind,), forget=kind is PRODUCT)
	sending.drain()
	_status, error = outbox.standing(kind, name)
	if error:
		frappe.throw(error, title=_("Not sent"))
	return frappe.db.get_value(kind.doctype, name, field) or ""
