// Translates the descriptions of times. Frappe adds the time zone to the English description, and then finds no translation.
(() => {
	for (const doctype of ["Medusa Configuration", "Medusa Outbox", "Medusa Inbox"]) {
		frappe.ui.form.on(doctype, {
			refresh(frm) {
				for (const { df } of frm.fields.filter((field) => field.df.fieldtype === "Datetime")) {
					const [description, ...zone] = (df.description || "").split("<br>");
					const translated = [__(description), ...zone].join("<br>");
					if (description) frm.set_df_property(df.fieldname, "description", translated);
				}
			},
		});
	}
})();
