"""Before the schema sync: move passwords that the Medusa Configuration holds in clear text to Frappe's encrypted store.

Sites that ran the app's predecessor have the admin's token, and may have the password, in clear text.
"""

import frappe
from frappe.utils.password import set_encrypted_password

from medusa_integration.tolerated import tolerated

CONFIGURATION = "Medusa Configuration"
KEPT, DROPPED = ("admin_password",), ("access_token",)  # A token is fetched again.


def execute() -> None:
	table = frappe.qb.DocType("Singles")
	of_fields = (table.doctype == CONFIGURATION) & table.field.isin([*KEPT, *DROPPED])
	for field, value in frappe.qb.from_(table).select(table.field, table.value).where(of_fields).run():
		if not value or not value.strip("*"):
			continue  # Frappe stores stars beside an encrypted value.
		with tolerated(f"Medusa: {field} can't be encrypted"):
			if field in KEPT:
				set_encrypted_password(CONFIGURATION, CONFIGURATION, value, field)
			stars = "*" * len(value) if field in KEPT else ""
			frappe.db.set_single_value(CONFIGURATION, field, stars, update_modified=False)
