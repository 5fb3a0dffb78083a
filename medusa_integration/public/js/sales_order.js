// How a shop's Sales Order stands with Medusa. In a scope of its own: form scripts run in the page's.
(() => {
	frappe.ui.form.on("Sales Order", {
		refresh(frm) {
			frm.medusa_turn = null;
			if (frm.is_new() || !frm.doc.from_ecommerce || !frm.doc.medusa_order_id) return;
			const sales_order = frm.docname;
			const ask = async () => {
				const status = await frappe.xcall("medusa_integration.api.get_order_status", { sales_order });
				frm.medusa_cancels = status.cancels;
				return status;
			};
			medusa_integration.show_on_form(frm, {
				ask,
				send_label: __("Send Status to Medusa"),
				send: () =>
					frappe
						.xcall("medusa_integration.api.export_sales_order", { self: sales_order })
						.then(ask),
				words: status_words,
			});
			if (frm.perm[0]?.write) {
				frm.add_custom_button(
					__("Read Again from Medusa"),
					() => read_again(frm),
					__("Medusa")
				);
			}
		},
		setup(frm) {
			const cancel = frm._cancel;
			frm._cancel = function (btn, callback, on_error, skip_confirm) {
				frm.medusa_told = !skip_confirm;
				const ask = () => cancel.call(this, btn, callback, on_error, skip_confirm);
				return medusa_integration.ask_with(cancels_too(frm) && CANCELS, ask);
			};
		},
		// Where Frappe has asked another question, about documents that are cancelled with it.
		before_cancel(frm) {
			if (!cancels_too(frm) || frm.medusa_told) return;
			return new Promise((resolve) => {
				frappe.validated = false; // unless the user goes on
				const dialog = frappe.warn(
					__("Cancel the order in Medusa too?"),
					CANCELS,
					() => (frappe.validated = true),
					__("Cancel in both")
				);
				dialog.set_secondary_action_label(__("Keep it"));
				dialog.onhide = resolve;
			});
		},
	});

	const CANCELS = __(
		"Ten minutes after this, Medusa cancels the order and gives the customer back what was paid, unless an amended Sales Order is made before. To cancel here alone, switch Cancel in Medusa too off in the Medusa Configuration."
	);

	const cancels_too = (frm) => frm.doc.medusa_order_id && frm.medusa_cancels;

	// What happened to the order in Medusa follows here.
	async function read_again(frm) {
		const { docname } = frm;
		const call = "medusa_integration.api.read_sales_order";
		const { row } = await frappe.xcall(call, { sales_order: docname });
		frappe.show_alert({ message: __("To be read from Medusa"), indicator: "blue" });
		if (!frappe.model.can_read("Medusa Inbox")) return;
		medusa_integration.tell_outcome("Medusa Inbox", [row], () => {
			if (frm.docname === docname && !frm.is_dirty()) frm.reload_doc();
		});
	}

	// [color, text] for a line that isn't escaped yet
	function status_words({ synced_on, blocked, other_parts }) {
		if (blocked) return ["red", __("What happened in Medusa isn't followed here: {0}", [blocked])];
		if (other_parts) return ["orange", other_parts];
		if (!synced_on) return ["gray", __("From the shop; the log has no status sent to Medusa")];
		const when = frappe.datetime.prettyDate(synced_on);
		return ["green", __("Status sent to Medusa {0}", [when])];
	}
})();
