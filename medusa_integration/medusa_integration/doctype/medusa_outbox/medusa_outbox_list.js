// a scope of its own: list scripts run in the page's
(() => {
	frappe.listview_settings["Medusa Outbox"] = {
		hide_name_column: true,
		onload(list) {
			if (frappe.model.can_write("Medusa Configuration")) {
				list.page.add_actions_menu_item(__("Retry"), () => retry(list));
			}
			if (frappe.model.can_delete(list.doctype)) {
				list.page.add_actions_menu_item(__("Discard"), () => discard(list));
			}
		},
	};

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
