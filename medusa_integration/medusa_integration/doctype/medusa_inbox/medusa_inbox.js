// a scope of its own: form scripts run in the page's
(() => {
	frappe.ui.form.on("Medusa Inbox", {
		refresh(frm) {
			medusa_integration.show_row(frm, {
				retry: "medusa_integration.api.retry_inbox_rows",
				discard: "medusa_integration.api.discard_inbox_rows",
				retried: __("To be read from Medusa"),
				question: (name) =>
					__("Discard this? {0} isn't read until it changes in Medusa again.", [name]),
				busy: __("It is being read just now."),
			});
			add_links(frm);
		},
	});

	// To the record in Medusa's admin, and to what it has become in ERPNext.
	async function add_links(frm) {
		const name = frm.docname;
		const found = await frappe.xcall("medusa_integration.api.get_inbox_links", { name });
		if (frm.docname !== name) return;
		if (found.link) {
			frm.add_custom_button(__("Open in Medusa"), () =>
				window.open(found.link, "_blank", "noopener")
			);
		}
		for (const [doctype, document] of found.documents) {
			frm.add_custom_button(
				frappe.utils.escape_html(document),
				() => frappe.set_route("Form", doctype, document),
				__("Open")
			);
		}
	}
})();
