frappe.listview_settings["Medusa Inbox"] = {
	hide_name_column: true,
	add_fields: ["error", "about", "reference_name"],
	onload(list) {
		medusa_integration.set_up_box(list, {
			title_of: () => "", // The DocType's title, an order's number and customer, stands there already.
			retry: "medusa_integration.api.retry_inbox_rows",
			discard: "medusa_integration.api.discard_inbox_rows",
			retried: () => __("To be read from Medusa"),
			question: (number) =>
				__(
					"Discard {0} selected? They aren't read until they change in Medusa again. What is being read just now stays.",
					[number]
				),
			all: __("Nothing is waiting. ERPNext is up to date with Medusa."),
			parked: __("Nothing is parked: ERPNext has taken everything that came from Medusa."),
			pending: __("Nothing waits to be read from Medusa."),
		});
	},
};
