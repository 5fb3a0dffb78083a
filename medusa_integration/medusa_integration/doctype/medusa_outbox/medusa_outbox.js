frappe.ui.form.on("Medusa Outbox", {
	refresh(frm) {
		medusa_integration.show_row(frm, {
			retry: "medusa_integration.api.retry_rows",
			discard: "medusa_integration.api.discard_rows",
			retried: __("To be sent to Medusa"),
			question: (name) =>
				__("Discard this? What changed in {0} isn't sent to Medusa until it changes again.", [name]),
			busy: __("It is being sent just now."),
		});
	},
});
