frappe.listview_settings["Medusa Request Log"] = {
	hide_name_column: true,
	formatters: {
		// the path says which call it was; the whole URL is in the form
		url: (_value, _df, log) => log.url.replace(/^https?:\/\/[^/]*/, "").split("?")[0],
	},
};
