import frappe
from frappe import _


class DataValidationError(frappe.ValidationError):
	pass


def execute(doc, method=None, old_name=None, new_name=None, merge=False):
	"""Two items that both have a Website Item can't be merged."""
	if merge and frappe.db.count("Website Item", {"item_code": ("in", [old_name, new_name])}) > 1:
		frappe.throw(
			_("Delete the Website Item of {0} before it is merged into {1}").format(old_name, new_name),
			DataValidationError,
		)
