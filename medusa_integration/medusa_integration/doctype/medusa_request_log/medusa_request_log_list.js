frappe.listview_settings["Medusa Request Log"] = {
	hide_name_column: true,
	add_fields: ["error", "method"],
	onload(list) {
		medusa_integration.forget_filter(list, "voucher_name");
		medusa_integration.write_lines_of(list, (call) =>
			call.error ? [medusa_integration.error_part(call.error)] : []
		);
		medusa_integration.say_when_empty(list, (filters) =>
			filters.length
				? ""
				: __("No call to Medusa is logged: none was made, or Log Settings have cleared them.")
		);
	},
	formatters: {
		// the path says which call it was; the whole URL is in the form
		url: (_value, _df, { method, url }) =>
			`${method} ${url.replace(/^https?:\/\/[^/]*/, "").split("?")[0]}`,
	},
};
