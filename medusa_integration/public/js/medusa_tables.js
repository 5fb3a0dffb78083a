// Tables of forms: what of a choice is shown. In a scope of its own: form scripts run in the page's.
frappe.provide("medusa_integration");
(() => {
	/**
	 * A table shows the values of its choices, such as Medusa's ids: show their labels.
	 * @param choices [{value, label}]; a value that isn't among them is shown as it is
	 */
	medusa_integration.show_labels = (grid, column, choices) => {
		const labels = Object.fromEntries((choices || []).map(({ value, label }) => [value, label]));
		const field = frappe.meta.docfield_map[grid.doctype][column];
		field.formatter = (value) => frappe.utils.escape_html(labels[value] || value || "");
		grid.refresh();
	};
})();
