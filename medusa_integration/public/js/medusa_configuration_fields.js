// The field map of the Medusa Configuration: the fields to choose from, and a preview on a Website Item. In a scope of its own:
// form scripts run in the page's.
(() => {
	const HIDDEN = ["Password", "Table", "Table MultiSelect"];

	// Of Medusa's fields, as its admin calls them
	const TARGETS = {
		metadata: __("Metadata"), subtitle: __("Subtitle"), material: __("Material"), weight: __("Weight"), length: __("Length"),
		width: __("Width"), height: __("Height"), hs_code: __("HS code"), mid_code: __("MID code"), ean: __("EAN"), upc: __("UPC"),
		barcode: __("Barcode"),
	};

	frappe.ui.form.on("Medusa Configuration", {
		refresh(frm) {
			const targets = Object.entries(TARGETS).map(([value, label]) => ({ value, label }));
			const { grid } = frm.fields_dict.field_map;
			grid.update_docfield_property("target", "options", targets);
			medusa_integration.show_labels(grid, "target", targets);
			if (frm.is_new()) return;
			frm.add_custom_button(__("Preview the Field Map"), () => choose_item(frm), __("Products"));
		},
	});

	frappe.ui.form.on("Medusa Field", {
		form_render: offer_fields,
		source: offer_fields,
		field_map_add: offer_fields,
	});

	// The fields of the row's DocType: [{value: name, label}]
	function offer_fields(frm, doctype, name) {
		const row = frappe.get_doc(doctype, name);
		frappe.model.with_doctype(row.source || "Item", () => {
			const fields = frappe
				.get_meta(row.source || "Item")
				.fields.filter((field) => frappe.model.is_value_type(field) && !HIDDEN.includes(field.fieldtype))
				.map((field) => ({ value: field.fieldname, label: `${__(field.label)} (${field.fieldname})` }));
			frm.fields_dict.field_map.grid.update_docfield_property("field", "options", fields);
		});
	}

	async function choose_item(frm) {
		if (frm.is_dirty()) await frm.save(); // what is previewed is what is saved
		const dialog = new frappe.ui.Dialog({
			title: __("Preview the Field Map"),
			fields: [
				{ fieldname: "website_item", fieldtype: "Link", options: "Website Item", label: __("Website Item"), reqd: 1 },
				{ fieldname: "content", fieldtype: "HTML" },
			],
			primary_action_label: __("Preview"),
			primary_action: async ({ website_item }) => {
				const rows = await frappe.xcall("medusa_integration.api.preview_field_map", { website_item });
				dialog.fields_dict.content.$wrapper.html(table_html(rows));
			},
		});
		dialog.show();
	}

	function table_html(rows) {
		const escaped = (value) => frappe.utils.escape_html(String(value ?? ""));
		if (!rows.length) return `<p class="text-muted">${__("The field map is empty.")}</p>`;
		const lines = rows.map((row) => {
			const value = row.problem ? `<span class="text-danger">${escaped(row.problem)}</span>` : escaped(row.value);
			return `<tr><td>${escaped(row.field)}</td><td>${escaped(row.target)}</td><td>${value}</td></tr>`;
		});
		const head = [__("From"), __("To"), __("Value")].map((word) => `<th>${word}</th>`).join("");
		return `<table class="table table-bordered small"><thead><tr>${head}</tr></thead><tbody>${lines.join("")}</tbody></table>`;
	}
})();
