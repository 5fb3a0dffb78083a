import frappe


class UOMMustBeIntegerError(frappe.ValidationError):
	pass
