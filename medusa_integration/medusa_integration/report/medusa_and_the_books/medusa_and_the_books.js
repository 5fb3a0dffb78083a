frappe.query_reports["Medusa and the Books"] = {
	filters: [
		{
			fieldname: "from_date",
			fieldtype: "Date",
			label: __("From"),
			reqd: 1,
			default: frappe.datetime.add_days(frappe.datetime.get_today(), -7),
		},
		{
			fieldname: "to_date",
			fieldtype: "Date",
			label: __("To"),
			reqd: 1,
			default: frappe.datetime.get_today(),
		},
		{ fieldname: "company", fieldtype: "Link", label: __("Company"), options: "Company" },
		{ fieldname: "sales_channel", fieldtype: "Select", label: __("Sales Channel"), options: [""] },
		{ fieldname: "only_differences", fieldtype: "Check", label: __("Only differences") },
	],

	// A list to choose from: an Autocomplete field would take its first entry when one tabs through it.
	async onload(report) {
		const { channels } = await frappe.xcall("medusa_integration.api.get_sales_channels");
		const filter = report.get_filter("sales_channel");
		filter.df.options = [{ value: "", label: "" }, ...channels];
		filter.refresh();
	},

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		const figure = column.fieldname.replace(/_(medusa|books)$/, "");
		if (!data?.different?.includes(figure) || figure === column.fieldname) return shown;
		return `<span class="text-danger">${shown}</span>`;
	},
};
