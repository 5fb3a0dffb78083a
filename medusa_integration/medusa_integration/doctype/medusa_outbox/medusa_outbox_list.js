// a scope of its own: list scripts run in the page's
(() => {
	const titles = {}; // by row: what the records are called

	frappe.listview_settings["Medusa Outbox"] = {
		hide_name_column: true,
		add_fields: ["error", "reference_doctype", "reference_name"],
		onload(list) {
			medusa_integration.write_lines_of(list, line);
			medusa_integration.say_when_empty(list, empty_words);
			if (frappe.model.can_write(list.doctype)) {
				list.page.add_actions_menu_item(__("Retry"), () => retry(list));
			}
			if (frappe.model.can_delete(list.doctype)) {
				list.page.add_actions_menu_item(__("Discard"), () => discard(list));
			}
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

	// The record's title stands where its name did; beneath it its name and what is wrong.
	function line(row, container) {
		const title = titles[row.name];
		const parts = [];
		if (title) {
			container.find(".list-subject a").last().text(title).attr("title", title);
			parts.push($('<span class="text-muted mr-3"></span>').text(row.reference_name));
		}
		if (row.error) parts.push(medusa_integration.error_part(row.error));
		return parts;
	}

	function empty_words(filters) {
		if (!filters.length) return __("Everything has been sent to Medusa.");
		const [[, field, operator, value]] = filters;
		if (filters.length > 1 || field !== "status" || operator !== "=") return "";
		return value === "Parked"
			? __("Nothing is parked: Medusa has accepted everything that was sent.")
			: __("Nothing waits to be sent to Medusa.");
	}

	async function retry(list) {
		const names = list.get_checked_items(true);
		const { retried } = await frappe.xcall("medusa_integration.api.retry_rows", { names });
		done(list, __("{0} to be sent to Medusa", [retried]), "blue");
	}

	function discard(list) {
		const names = list.get_checked_items(true);
		frappe.confirm(
			__(
				"Discard {0} selected? What changed isn't sent to Medusa until it changes again. What is being sent just now stays.",
				[names.length]
			),
			async () => {
				const { discarded } = await frappe.xcall("medusa_integration.api.discard_rows", {
					names,
				});
				done(list, __("{0} discarded", [discarded]), "gray");
			}
		);
	}

	function done(list, message, indicator) {
		frappe.show_alert({ message, indicator });
		list.clear_checked_items();
		list.refresh();
	}
})();
