// a scope of its own: list scripts run in the page's
(() => {
	const titles = {}; // by row: what the records are called

	frappe.listview_settings["Medusa Outbox"] = {
		hide_name_column: true,
		add_fields: ["error", "reference_doctype", "reference_name"],
		onload(list) {
			medusa_integration.set_up_box(list, {
				title_of: (row) => titles[row.name],
				retry: "medusa_integration.api.retry_rows",
				discard: "medusa_integration.api.discard_rows",
				retried: () => __("To be sent to Medusa"),
				question: (number) =>
					__(
						"Discard {0} selected? What changed isn't sent to Medusa until it changes again. What is being sent just now stays.",
						[number]
					),
				all: __("Everything has been sent to Medusa."),
				parked: __("Nothing is parked: Medusa has accepted everything that was sent."),
				pending: __("Nothing waits to be sent to Medusa."),
			});
		},
		refresh: ask_titles,
	};

	// One call for the titles that aren't known yet.
	async function ask_titles(list) {
		const names = list.data.map((row) => row.name).filter((name) => !(name in titles));
		if (!names.length) return;
		const found = await frappe.xcall("medusa_integration.api.get_titles", { names });
		for (const name of names) titles[name] = found[name] || "";
		medusa_integration.write_lines(list);
	}
})();
