"""Copy values to columns with plainer names: `medusa_ids` of the boxes to `kind_data`, `medusa_updated_on` of Customers and
Leads to `medusa_copied_values`. The old custom fields are deleted; Frappe keeps their columns."""

import frappe

from medusa_integration.setup.custom_fields import make_custom_fields

COLUMNS = {
	"Medusa Outbox": ("medusa_ids", "kind_data"),
	"Medusa Inbox": ("medusa_ids", "kind_data"),
	"Customer": ("medusa_updated_on", "medusa_copied_values"),
	"Lead": ("medusa_updated_on", "medusa_copied_values"),
}


def execute() -> None:
	make_custom_fields()
	for doctype, (old, new) in COLUMNS.items():
		if not frappe.db.has_column(doctype, old):
			continue
		frappe.db.sql(
			f"update `tab{doctype}` set `{new}` = `{old}` where `{new}` is null and `{old}` is not null"
		)
		frappe.delete_doc_if_exists("Custom Field", f"{doctype}-{old}", force=True)
