"""Types of fields that the integration adds."""

import frappe

MODULE = "Medusa Integration"


def medusa_id(label: str, insert_after: str, fieldname: str = "medusa_id", *, unique: bool = False) -> dict:
	"""A field with an id of Medusa's, shown where it has a value."""
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": "Data",
		"insert_after": insert_after,
		"depends_on": f"eval:doc.{fieldname}",
		"read_only": 1,
		"no_copy": 1,
		"search_index": int(not unique),  # a unique field has an index of its own
		"unique": int(unique),
		"translatable": 0,
	}


def hidden(fieldname: str, label: str, fieldtype: str, insert_after: str) -> dict:
	"""A field that only the integration reads."""
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"insert_after": insert_after,
		"hidden": 1,
		"read_only": 1,
		"no_copy": 1,
		"print_hide": 1,
		"report_hide": 1,
	}


def of_order(field: dict) -> dict:
	"""A field that an amended order, or the documents made from an order, have too."""
	return {**field, "no_copy": 0}


def last_field(doctype: str) -> str:
	"""The field after which a section of ours is inserted: the last one, because a section takes in all fields that follow
	it. A tab at the end shows the connections, and has no fields."""
	return frappe.db.get_value(
		"DocField",
		{"parent": doctype, "fieldtype": ("!=", "Tab Break")},
		"fieldname",
		order_by="idx desc",
	)
