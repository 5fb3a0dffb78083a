from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import call_hook_method, get_url

from payments.utils import create_payment_gateway


class StripeSettings(Document):
	"""Makes the URL of the checkout page; asks Stripe nothing."""

	supported_currencies = ["EUR", "USD"]

	def on_update(self):
		gateway = f"Stripe-{self.gateway_name}"
		create_payment_gateway(gateway, settings="Stripe Settings", controller=self.gateway_name)
		call_hook_method("payment_gateway_enabled", gateway=gateway)

	def validate_transaction_currency(self, currency):
		if currency not in self.supported_currencies:
			frappe.throw(
				_(
					"Please select another payment method. Stripe does not support transactions in currency '{0}'"
				).format(currency)
			)

	def get_payment_url(self, **kwargs) -> str:
		return get_url(f"./stripe_checkout?{urlencode(kwargs)}")
