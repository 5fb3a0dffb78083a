// Medusa → Sync on the list. In a scope of its own, and beside webshop's own settings for the list.
(() => {
	const settings = (frappe.listview_settings["Website Item"] ??= {});
	const onload_before = settings.onload;

	settings.onload = function (list) {
		onload_before?.call(this, list);
		if (!frappe.model.can_write(list.doctype)) return;
		list.page.add_inner_button(__("Sync"), () => ask(list), __("Medusa"));
		if (frappe.model.can_read("Medusa Outbox")) {
			list.page.add_inner_button(
				__("Outbox"),
				() => frappe.set_route("List", "Medusa Outbox"),
				__("Medusa")
			);
		}
	};

	function ask(list) {
		const names = list.get_checked_items(true);
		const question = names.length
			? __("Send the {0} selected items with their prices to Medusa, changed or not?", [names.length])
			: __(
					"Nothing is selected. Send all items that belong in the shop with their prices to Medusa, changed or not?"
			  );
		frappe.confirm(question, () => sync(list, names.length ? names : null));
	}

	async function sync(list, names) {
		const reply = await frappe.xcall("medusa_integration.api.sync_items", { names });
		list.clear_checked_items();
		frappe.show_alert({ message: words(reply), indicator: "blue" });
		await medusa_integration.follow_progress(reply.progress);
		list.refresh();
	}

	function words({ queued, left_out }) {
		const lines = [__("{0} items to be sent to Medusa", [queued])];
		if (left_out) lines.push(__("{0} aren't published and were never in the shop", [left_out]));
		return lines.join(". ");
	}
})();
