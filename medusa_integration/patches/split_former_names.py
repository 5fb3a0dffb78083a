"""Move the former names of renamed records out of `medusa_ids` of outbox rows, into a field of their own."""

import json

import frappe


def execute() -> None:
	"""Move `former` from `medusa_ids` to `former_names`."""
	for name, text in frappe.get_all(
		"Medusa Outbox",
		{"medusa_ids": ("like", '%"former"%')},
		["name", "medusa_ids"],
		as_list=True,
		order_by="name",
	):
		try:
			ids = json.loads(text)
			former = "\n".join(ids.pop("former"))
		except (KeyError, TypeError, ValueError):
			continue  # Unreadable: it counts as empty when the row is claimed.
		values = {"medusa_ids": json.dumps(ids) if ids else None, "former_names": former}
		frappe.db.set_value("Medusa Outbox", name, values, update_modified=False)
