import frappe
from frappe import _


def get_payment_gateway_controller(payment_gateway):
	"""The settings of a gateway: the ones that it names, else the Single "<gateway> Settings"."""
	gateway = frappe.get_doc("Payment Gateway", payment_gateway)
	try:
		if gateway.gateway_controller is None:
			return frappe.get_doc(f"{payment_gateway} Settings")
		return frappe.get_doc(gateway.gateway_settings, gateway.gateway_controller)
	except Exception:
		frappe.throw(_("{0} Settings not found").format(payment_gateway))


def create_payment_gateway(gateway, settings=None, controller=None):
	if not frappe.db.exists("Payment Gateway", gateway):
		values = {"gateway": gateway, "gateway_settings": settings, "gateway_controller": controller}
		frappe.get_doc({"doctype": "Payment Gateway", **values}).insert(ignore_permissions=True)
