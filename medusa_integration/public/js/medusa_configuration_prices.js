// Below the table Prices in the shop: what of ERPNext's prices Medusa's price lists can't say.
// In a scope of its own: form scripts run in the page's.
(() => {
	const escaped = (text) => frappe.utils.escape_html(text);

	frappe.ui.form.on("Medusa Configuration", { refresh: show });

	async function show(frm) {
		const field = frm.get_field("prices_html");
		if (!field) return;
		const rows = frm.doc.shop_prices?.length ? await unsaid() : [];
		const lines = rows.map(({ what, why }) => `<li><b>${escaped(what)}</b>: ${escaped(why)}.</li>`);
		const head = __("Not in the shop, because Medusa's price lists can't say it. The shop asks the price without it:");
		field.$wrapper.html(lines.length ? `<p>${head}</p><ul>${lines.join("")}</ul>` : "");
	}

	function unsaid() {
		return frappe.xcall("medusa_integration.api.get_unsaid_prices");
	}
})();
