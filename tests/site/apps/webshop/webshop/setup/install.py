from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

ITEM_FIELDS = [
	{
		"fieldname": "published_in_website",
		"fieldtype": "Check",
		"label": "Published In Website",
		"default": "0",
		"read_only": 1,
		"no_copy": 1,
		"insert_after": "default_manufacturer_part_no",
	},
]

ITEM_GROUP_FIELDS = [
	{
		"fieldname": "custom_website_settings",
		"fieldtype": "Section Break",
		"label": "Website Settings",
		"insert_after": "column_break_5",
	},
	{
		"fieldname": "show_in_website",
		"fieldtype": "Check",
		"label": "Show in Website",
		"default": "0",
		"insert_after": "custom_website_settings",
	},
	{
		"fieldname": "route",
		"fieldtype": "Data",
		"label": "Route",
		"no_copy": 1,
		"unique": 1,
		"insert_after": "show_in_website",
	},
	{
		"fieldname": "description",
		"fieldtype": "Text Editor",
		"label": "Description",
		"insert_after": "route",
	},
	{
		"fieldname": "website_specifications",
		"fieldtype": "Table",
		"label": "Website Specifications",
		"options": "Item Website Specification",
		"insert_after": "description",
	},
]


def after_install() -> None:
	create_custom_fields({"Item": ITEM_FIELDS, "Item Group": ITEM_GROUP_FIELDS})
