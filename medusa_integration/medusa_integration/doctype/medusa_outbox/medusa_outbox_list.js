frappe.listview_settings["Medusa Outbox"] = {
	hide_name_column: true,
	onload(list) {
		if (!frappe.model.can_write("Medusa Configuration")) return;
		list.page.add_actions_menu_item(__("Retry"), async () => {
			const names = list.get_checked_items(true);
			const { retried } = await frappe.xcall("medusa_integration.api.retry_rows", { names });
			frappe.show_alert({
				message: __("{0} to be sent to Medusa", [retried]),
				indicator: "blue",
			});
			list.clear_checked_items();
			list.refresh();
		});
	},
};
