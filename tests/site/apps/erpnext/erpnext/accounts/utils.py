import frappe


def create_payment_gateway_account(gateway: str, payment_channel: str = "Email") -> None:
	"""Called by a gateway's settings: its bank account and its Payment Gateway Account, where they are missing."""
	company = frappe.db.get_single_value("Global Defaults", "default_company")
	account = frappe.db.get_value("Account", {"account_name": gateway, "company": company})
	if not account:
		group = {"account_type": "Bank", "is_group": 1, "root_type": "Asset", "company": company}
		values = {
			"account_name": gateway,
			"company": company,
			"account_type": "Bank",
			"parent_account": frappe.db.get_value("Account", group),
		}
		account = frappe.get_doc({"doctype": "Account", **values}).insert().name
	currency = frappe.get_cached_value("Account", account, "account_currency")
	values = {"payment_gateway": gateway, "currency": currency}
	if not frappe.db.exists("Payment Gateway Account", values):
		values.update(payment_account=account, payment_channel=payment_channel, is_default=1)
		frappe.get_doc({"doctype": "Payment Gateway Account", **values}).insert(ignore_permissions=True)
