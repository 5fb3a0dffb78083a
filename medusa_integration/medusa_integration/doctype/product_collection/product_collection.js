frappe.ui.form.on("Product Collection", {
	refresh(frm) {
		frm.set_intro(
			__("The best sellers of each category. They are counted again each night.")
		);
		if (!frm.perm[0]?.write) return;
		frm.add_custom_button(__("Count again now"), async () => {
			await frappe.call({
				method: "medusa_integration.api.add_top_selling_items_to_collection",
				freeze: true,
			});
			frm.reload_doc();
		});
	},
});
