frappe.ui.form.on("Medusa Request Log", {
	refresh(frm) {
		frm.disable_save();
	},
});
