"""What keeps a record of Medusa's from being brought into ERPNext until a person has done something about it."""

import frappe


class Blocked(frappe.ValidationError):
	"""The row is parked with these words, which say what to do.

	Raised by `raise Blocked(_("…"))`, not by frappe.throw: nobody waits in front of a screen.
	"""
