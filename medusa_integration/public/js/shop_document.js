// What a shop's Quotation, Delivery Note, Sales Invoice or Payment Entry is about. In a scope of its own: form scripts run in
// the page's.
(() => {
	for (const doctype of ["Quotation", "Delivery Note", "Sales Invoice", "Payment Entry"]) {
		frappe.ui.form.on(doctype, { refresh: show });
	}

	async function show(frm) {
		frm.medusa_turn = null;
		if (frm.is_new() || !may_be_shops(frm.doc)) return;
		const { doctype, docname: name } = frm;
		const ask = () => frappe.xcall("medusa_integration.api.get_document_status", { doctype, name });
		const status = await ask();
		if (frm.docname !== name || !status.words) return;
		medusa_integration.show_on_form(frm, {
			ask,
			first: status,
			words: ({ color, words }) => [color, words],
		});
	}

	// A Payment Entry is known by its references, which the server looks up.
	function may_be_shops(doc) {
		if (doc.doctype !== "Payment Entry") return doc.from_ecommerce;
		const of_orders = (row) => ["Sales Order", "Sales Invoice"].includes(row.reference_doctype);
		return doc.medusa_transaction_id || (doc.references || []).some(of_orders);
	}
})();
