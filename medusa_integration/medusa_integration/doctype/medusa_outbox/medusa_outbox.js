// a scope of its own: form scripts run in the page's
(() => {
	frappe.ui.form.on("Medusa Outbox", {
		refresh(frm) {
			frm.disable_save();
			if (frappe.model.can_write(frm.doctype)) {
				frm.add_custom_button(__("Retry"), () => retry_row(frm));
			}
			if (frappe.model.can_delete(frm.doctype)) {
				frm.add_custom_button(__("Discard"), () => discard_row(frm));
			}
		},
	});

	async function retry_row(frm) {
		await frappe.xcall("medusa_integration.api.retry_rows", { names: [frm.docname] });
		frappe.show_alert({ message: __("To be sent to Medusa"), indicator: "blue" });
		frappe.set_route("List", frm.doctype); // the row is gone as soon as it is sent
	}

	function discard_row(frm) {
		const name = frappe.utils.escape_html(frm.doc.reference_name);
		frappe.confirm(
			__("Discard this? What changed in {0} isn't sent to Medusa until it changes again.", [
				name,
			]),
			async () => {
				const { discarded } = await frappe.xcall("medusa_integration.api.discard_rows", {
					names: [frm.docname],
				});
				if (!discarded) frappe.msgprint(__("It is being sent just now."));
				frappe.set_route("List", frm.doctype);
			}
		);
	}
})();
