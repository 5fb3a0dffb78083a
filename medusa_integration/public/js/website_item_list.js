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
			? __("Send what is selected ({0}) with its prices to Medusa, changed or not?", [names.length])
			: __(
					"Nothing is selected. Send all items that belong in the shop with their prices to Medusa, changed or not?"
			  );
		frappe.confirm(question, () => sync(list, names.length ? { names } : {}));
	}

	async function sync(list, which) {
		const reply = await frappe.xcall("medusa_integration.api.sync_items", which);
		list.clear_checked_items();
		frappe.show_alert({ message: words(reply), indicator: "blue" });
		await medusa_integration.follow_progress(reply.progress);
		list.refresh();
	}

	function words({ queued, left_out }) {
		const lines = [__("Website Items to be sent: {0}", [queued])];
		if (left_out) lines.push(__("left out, because they don't belong in the shop: {0}", [left_out]));
		return lines.join("; ");
	}
})();
