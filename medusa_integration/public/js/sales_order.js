// How a shop's Sales Order stands with Medusa. In a scope of its own: form scripts run in the page's.
(() => {
	frappe.ui.form.on("Sales Order", {
		refresh(frm) {
			frm.medusa_turn = null;
			if (frm.is_new() || !frm.doc.from_ecommerce || !frm.doc.medusa_order_id) return;
			const sales_order = frm.docname;
			const ask = () =>
				frappe.xcall("medusa_integration.api.get_order_status", { sales_order });
			medusa_integration.show_on_form(frm, {
				ask,
				send: () =>
					frappe
						.xcall("medusa_integration.api.export_sales_order", { self: sales_order })
						.then(ask),
				words: status_words,
			});
		},
	});

	// [color, text] for a line that isn't escaped yet
	function status_words({ synced_on }) {
		if (!synced_on) return ["gray", __("From the shop; the log has no status sent to Medusa")];
		const when = frappe.datetime.prettyDate(synced_on);
		return ["green", __("Status sent to Medusa {0}", [when])];
	}
})();
