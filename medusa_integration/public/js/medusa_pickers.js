// Fields that offer choices: tabbing through them chooses nothing, and one of them is the shop's default. In a scope of its
// own: form scripts run in the page's.
frappe.provide("medusa_integration");
(() => {
	/**
	 * Frappe's fields with choices take the first one by Tab or Enter, also where nothing was typed. Here only what was
	 * typed, or marked with an arrow key, chooses.
	 * @param wrapper of a form, an element
	 */
	medusa_integration.tab_chooses_nothing = (wrapper) => {
		if (wrapper.medusa_tab) return;
		wrapper.medusa_tab = true;
		// Before the field's own listener, which opens its list.
		wrapper.addEventListener("focus", ({ target }) => patch(target), true);
	};

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
		field.set_data([{ value: "", label }, ...choices]);
		field.df.placeholder = label;
		field.$input?.attr("placeholder", label);
		if (field.medusa_default) return;
		field.medusa_default = true;
		const { format_for_input, get_input_value } = field;
		field.format_for_input = (value) => (value ? format_for_input.call(field, value) : "");
		field.get_input_value = () => {
			const value = get_input_value.call(field);
			return value === label ? "" : value;
		};
	};
})();
