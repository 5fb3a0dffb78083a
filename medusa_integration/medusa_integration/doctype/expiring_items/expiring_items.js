frappe.ui.form.on("Expiring Items", {
	refresh(frm) {
		// The rows come from the batches: only their ticks are changed here.
		frm.set_df_property("expiring_items", "cannot_add_rows", 1);
		frm.set_df_property("expiring_items", "cannot_delete_rows", 1);
	},
});
