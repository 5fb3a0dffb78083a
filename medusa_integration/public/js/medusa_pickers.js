// Fields that offer choices: tabbing through them chooses nothing, and one of them is the shop's default. In a scope of its
// own: form scripts run in the page's.
frappe.provide("medusa_integration");
(() => {
	/**
	 * Frappe's fields with choices take the first one by Tab or Enter, also where nothing was typed, and a blank one that is left
	 * changes from undefined to ""; before an empty table they add a row to it. Here only what was typed, or marked with an arrow
	 * key, changes the form.
	 */
	medusa_integration.tab_chooses_nothing = (frm) => {
		if (frm.medusa_tab) return;
		frm.medusa_tab = true;
		// Before the field's own listener, which opens its list or adds a row.
		const on_focus = (event) => (adds_a_row(event.target) ? event.stopPropagation() : patch(event.target));
		frm.wrapper.addEventListener("focus", on_focus, true);
		frm.fields.filter(({ df }) => df.fieldtype === "Autocomplete").forEach(stay_blank);
		const { layout } = frm;
		const { handle_tab } = layout;
		layout.handle_tab = (doctype, fieldname, shift) => {
			const is_left = doctype === layout.doctype && !shift && leaves_fields(layout, fieldname);
			return is_left ? undefined : handle_tab.call(layout, doctype, fieldname, shift);
		};
	};

	// Whether the browser's own Tab is to go on: Frappe's would add a row to an empty table, or stop at a folded section.
	function leaves_fields(layout, fieldname) {
		const fields = layout.fields_list;
		const start = fields.findIndex(({ df }) => df.fieldname === fieldname);
		const next = fields.slice(start + 1).find((field) => takes_focus(layout, field));
		if (!next) return false;
		const is_empty = next.df.fieldtype === "Table" && !next.grid.grid_rows?.length;
		return is_empty || !$(next.wrapper).is(":visible");
	}

	// The heading of an empty table adds a row when it gets the focus.
	function adds_a_row(target) {
		const grid = target.closest?.(".grid-heading-row .grid-static-col") && target.closest(".form-grid");
		return grid && !grid.querySelector(".grid-body .grid-row");
	}

	function takes_focus(layout, field) {
		const { fieldtype } = field.df;
		return layout.is_visible(field) && (frappe.model.table_fields.includes(fieldtype) || !frappe.model.no_value_type.includes(fieldtype));
	}

	function stay_blank(field) {
		const { get_input_value } = field;
		field.get_input_value = () => get_input_value.call(field) || (field.last_value ? "" : field.last_value);
	}

	function patch(input) {
		const list = window.Awesomplete?.all.find((each) => each.input === input);
		if (!list) return;
		list.medusa_before = input.value;
		if (list.medusa_patched) return;
		list.medusa_patched = true;
		Object.defineProperty(list, "autoFirst", {
			get: () => Boolean(input.value) && input.value !== list.medusa_before,
			set: () => {},
		});
	}

	/**
	 * The choices of a field whose blank value is the shop's default: that is the first of them, and what a blank field says.
	 * @param field an Autocomplete of the form
	 * @param choices [{value, label}]
	 */
	medusa_integration.offer_default = (field, choices) => {
		const label = __("The shop's default");
		// Without choices an id can be typed in, which Frappe would refuse beside any choice.
		field.set_data(choices.length ? [{ value: "", label }, ...choices] : []);
		field.df.placeholder = label;
		field.$input?.attr("placeholder", label);
		if (field.medusa_default) return;
		field.medusa_default = true;
		const { format_for_input } = field;
		field.format_for_input = (value) => (value ? format_for_input.call(field, value) : "");
	};
})();
