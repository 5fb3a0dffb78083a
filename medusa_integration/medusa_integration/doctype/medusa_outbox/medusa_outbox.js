frappe.ui.form.on("Medusa Outbox", {
	async refresh(frm) {
		const { docname } = frm;
		medusa_integration.show_row(frm, {
			retry: "medusa_integration.api.retry_rows",
			discard: "medusa_integration.api.discard_rows",
			retried: __("To be sent to Medusa"),
			question: (name) =>
				__("Discard this? What changed in {0} isn't sent to Medusa until it changes again.", [name]),
			busy: __("It is being sent just now."),
		});
		// The record's title, such as an item's name, before its id.
		const titles = await frappe.xcall("medusa_integration.api.get_titles", { names: [docname] });
		if (frm.docname !== docname || !titles[docname]) return;
		frm.page.set_title(`${titles[docname]} (${frm.doc.reference_name})`);
	},
});
