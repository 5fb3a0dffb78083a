"""The accounts of a new company: the part of ERPNext's standard chart that selling needs."""

import frappe

CHART = {
	"Application of Funds (Assets)": {
		"root_type": "Asset",
		"Current Assets": {
			"Accounts Receivable": {"Debtors": {"account_type": "Receivable"}},
			"Bank Accounts": {"account_type": "Bank", "is_group": 1},
			"Cash In Hand": {"account_type": "Cash", "Cash": {"account_type": "Cash"}},
		},
	},
	"Expenses": {
		"root_type": "Expense",
		"Indirect Expenses": {
			"Freight and Forwarding Charges": {"account_type": "Chargeable"},
			"Round Off": {"account_type": "Round Off"},
		},
	},
	"Income": {"root_type": "Income", "Direct Income": {"Sales": {}}},
	"Source of Funds (Liabilities)": {
		"root_type": "Liability",
		"Current Liabilities": {
			"Accounts Payable": {"Creditors": {"account_type": "Payable"}},
			"Duties and Taxes": {"account_type": "Tax", "is_group": 1},
		},
	},
}
VALUES = ("root_type", "account_type", "is_group")


def create_charts(company: str, children: dict = CHART, parent: str | None = None) -> None:
	for name, below in children.items():
		if name in VALUES:
			continue
		account = frappe.get_doc(
			{
				"doctype": "Account",
				"account_name": name,
				"company": company,
				"parent_account": parent,
				"is_group": int(any(key not in VALUES for key in below)),
				**{key: below[key] for key in VALUES if key in below},
			}
		)
		create_charts(company, below, account.insert(ignore_permissions=True).name)
