// Sync with Medusa on the list. In a scope of its own, and beside webshop's own settings for the list.
(() => {
	const COLORS = {
		Waiting: "orange",
		"In Shop": "green",
		"No Price": "yellow",
		"No Channel": "yellow",
		Draft: "gray",
		Parked: "red",
	};
	const settings = (frappe.listview_settings["Website Item"] ??= {});
	const onload_before = settings.onload;
	settings.add_fields = [...(settings.add_fields || []), "medusa_id"];

	tell_of_deletion();

	settings.onload = function (list) {
		onload_before?.call(this, list);
		medusa_integration.show_outage(list);
		if (!frappe.model.can_write(list.doctype)) return;
		list.page.add_actions_menu_item(__("Sync with Medusa"), () => ask_for_selected(list));
		list.page.add_inner_button(__("Sync all shown"), () => ask_for_shown(list), __("Medusa"));
		if (frappe.model.can_read("Medusa Outbox")) {
			list.page.add_inner_button(
				__("Outbox"),
				() => frappe.set_route("List", "Medusa Outbox"),
				__("Medusa")
			);
		}
	};

	(settings.formatters ??= {}).medusa_status = (value) => {
		if (!value) return "";
		return `<span class="indicator-pill ${COLORS[value] || "gray"} filterable ellipsis"
			data-filter="medusa_status,=,${value}"><span class="ellipsis">${__(value)}</span></span>`;
	};

	// Frappe asks its own question, which says nothing of the shop. It makes the menu before the list's onload.
	function tell_of_deletion() {
		if (settings.medusa_tells) return; // The script may be loaded again.
		settings.medusa_tells = true;
		const list_view = frappe.views.ListView.prototype;
		const actions = list_view.get_actions_menu_items;
		list_view.get_actions_menu_items = function () {
			const items = actions.call(this);
			const deletes = items.find(({ label }) => label === __("Delete", null, "Button in list view actions menu"));
			if (deletes && this.doctype === "Website Item") {
				const { action } = deletes;
				deletes.action = () => medusa_integration.ask_with(deletion_words(this), action);
			}
			return items;
		};
	}

	function deletion_words(list) {
		const in_shop = list.get_checked_items().filter((item) => item.medusa_id).length;
		return (
			in_shop &&
			__("The products of the selected items that are in the shop are deleted in Medusa too: {0}. To keep them there as drafts, unpublish the Website Items instead.", [in_shop])
		);
	}

	function ask_for_selected(list) {
		const names = list.get_checked_items(true);
		frappe.confirm(
			names.length === 1
				? __("Send the selected item with its prices to Medusa, changed or not?")
				: __("Send the {0} selected items with their prices to Medusa, changed or not?", [names.length]),
			() => sync(list, { names })
		);
	}

	// All pages of what the filters let through, or all items where there are none.
	async function ask_for_shown(list) {
		const filters = list.get_filters_for_args();
		const count = await frappe.xcall("medusa_integration.api.count_items", { filters });
		if (!count.belonging) {
			return frappe.msgprint(
				__("None of the items that the list shows belongs in the shop: {0}.", [count.shown])
			);
		}
		frappe.confirm(
			__(
				"Send all items that the list shows and that belong in the shop, with their prices, changed or not? Shown on all its pages: {0}. Of them in the shop: {1}.",
				[count.shown, count.belonging]
			),
			() => sync(list, { filters })
		);
	}

	async function sync(list, which) {
		const reply = await frappe.xcall("medusa_integration.api.sync_items", which);
		list.clear_checked_items();
		frappe.show_alert({ message: words(reply), indicator: "blue" });
		await medusa_integration.follow_progress(reply.progress);
		list.refresh();
	}

	function words({ queued, left_out }) {
		const items = queued === 1 ? __("1 item is being sent.") : __("{0} items are being sent.", [queued]);
		if (!left_out) return items;
		return `${items} ${__("Left out, because they don't belong in the shop: {0}.", [left_out])}`;
	}
})();
