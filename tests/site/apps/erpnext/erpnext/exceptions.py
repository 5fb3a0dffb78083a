import frappe


class InvalidCurrency(frappe.ValidationError):
	pass


class InvalidAccountCurrency(frappe.ValidationError):
	pass
