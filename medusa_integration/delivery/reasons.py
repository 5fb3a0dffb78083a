"""Messages for the operator: why a record isn't sent."""

from frappe import _

from medusa_integration.medusa.errors import (
	MedusaClash,
	MedusaError,
	MedusaRejected,
	MedusaSignInFailed,
	MedusaSkuTaken,
	NotSendable,
)


def message(error: MedusaError) -> str:
	"""The message of Medusa or the network, with the remedy where the operator has one."""
	if isinstance(error, MedusaSignInFailed):
		return _("Medusa refused the sign-in: {0}. Check the login in the Medusa Configuration.").format(
			error.message
		)
	if isinstance(error, NotSendable):
		return _(error.words).format(*error.values)
	if isinstance(error, MedusaSkuTaken):
		return _(
			"The shop has a product with this item code as its sku already: choose Link existing products in the Medusa Configuration, then retry. ({0})"
		).format(error.message)
	if isinstance(error, MedusaClash):
		return _(
			"Another product in Medusa has its SKU or handle: {0}. If it is one of ERPNext's, the row goes once that one is sent or deleted. If not, give it another SKU or handle there, then Retry."
		).format(error.message)
	if isinstance(error, MedusaRejected):
		return _("Medusa refused it: {0}").format(error.message)
	return error.message
