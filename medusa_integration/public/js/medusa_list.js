// What the lists of the outbox and of the request log share. In a scope of its own: list scripts run in the page's.
frappe.provide("medusa_integration");
(() => {
	/**
	 * Write a line beneath each row, at the list's full width, whenever the rows are drawn.
	 *
	 * @param parts_of gives the jQuery elements for a row's line; for none there is no line
	 */
	medusa_integration.write_lines_of = (list, parts_of) => {
		const render_rows = list.render_list;
		list.medusa_lines = parts_of;
		list.render_list = function () {
			render_rows.call(this);
			medusa_integration.write_lines(this);
		};
	};

	medusa_integration.write_lines = (list) => {
		const rows = Object.fromEntries(list.data.map((row) => [row.name, row]));
		list.$result.find(".list-row-checkbox[data-name]").each((_index, checkbox) => {
			// which Frappe has encoded
			const row = rows[decodeURIComponent($(checkbox).attr("data-name"))];
			if (!row) return;
			const container = $(checkbox).closest(".list-row-container");
			container.find(".medusa-line").remove();
			const parts = list.medusa_lines(row, container);
			container.find(".list-row").first().toggleClass("border-0", Boolean(parts.length));
			if (!parts.length) return;
			$('<div class="medusa-line small pl-5 pr-3 pb-2 border-bottom"></div>')
				.append(parts)
				.appendTo(container);
		});
	};

	medusa_integration.error_part = (error) => $('<span class="text-danger"></span>').text(error);

	/** @param words_for gives the text for an empty list, by its filters; for none Frappe's own stays */
	medusa_integration.say_when_empty = (list, words_for) => {
		const usual_message = list.get_no_result_message;
		list.get_no_result_message = function () {
			const words = words_for(this.get_filters_for_args());
			if (!words) return usual_message.call(this);
			return `<div class="msg-box no-border"><p>${frappe.utils.escape_html(words)}</p></div>`;
		};
	};
})();
