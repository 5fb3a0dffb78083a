"""The error of a Medusa record that can't be imported until a person has corrected something."""

import frappe


class Blocked(frappe.ValidationError):
	"""The row is parked with this message, which says what to do.

	Raised by `raise Blocked(_("…"))`, not by frappe.throw: no user waits at a screen.
	"""
