// Whether an Item Price is in the shop. In a scope of its own: form scripts run in the page's.
(() => {
	frappe.ui.form.on("Item Price", { refresh: show });

	async function show(frm) {
		frm.medusa_turn = null;
		if (frm.is_new() || !frm.doc.selling) return;
		const item_price = frm.docname;
		const ask = () => frappe.xcall("medusa_integration.api.get_price_status", { item_price });
		const status = await ask();
		if (frm.docname !== item_price || !status.words) return;
		medusa_integration.show_on_form(frm, {
			ask,
			first: status,
			about: status.about,
			words: ({ color, words }) => [color, words],
		});
	}
})();
