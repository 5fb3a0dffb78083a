// Which Sales Orders, Quotations and Customers are the shop's. In a scope of its own, and beside ERPNext's own settings.
(() => {
	const MARKS = { "Sales Order": "from_ecommerce", Quotation: "from_ecommerce", Customer: "medusa_id" };

	for (const [doctype, field] of Object.entries(MARKS)) {
		const settings = (frappe.listview_settings[doctype] ??= {});
		if (settings.medusa_mark) continue; // The script is loaded for each of the lists.
		settings.medusa_mark = field;
		settings.add_fields = [...(settings.add_fields || []), field];
		const onload_before = settings.onload;
		settings.onload = function (list) {
			onload_before?.call(this, list);
			// The others have a standard filter.
			if (doctype === "Customer") offer_filter(list, field);
		};
		const refresh_before = settings.refresh;
		settings.refresh = function (list) {
			refresh_before?.call(this, list);
			if (list.doctype === doctype) mark(list, field);
		};
	}

	function offer_filter(list, field) {
		list.page.add_menu_item(__("Customers of the shop"), () =>
			list.filter_area.add(list.doctype, field, "is", "set")
		);
	}

	function mark(list, field) {
		const shops = new Set(list.data.filter((row) => row[field]).map((row) => row.name));
		list.$result.find(".list-row-checkbox[data-name]").each((_index, checkbox) => {
			const name = decodeURIComponent($(checkbox).attr("data-name"));
			const subject = $(checkbox).closest(".list-row").find(".list-subject");
			subject.find(".medusa-mark").remove();
			if (!shops.has(name)) return;
			$('<span class="medusa-mark indicator-pill blue no-indicator-dot ml-2"></span>')
				.text(__("Shop"))
				.appendTo(subject);
		});
	}
})();
