// What the lists of the outbox, the inbox and the request log share. In a scope of its own: list scripts run in the page's.
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
				// A list that is wider than a phone scrolls sideways; the words stay in sight.
				.css({ position: "sticky", insetInlineStart: 0, maxWidth: list.$frappe_list.width(), overflowWrap: "anywhere" })
				.append(parts)
				.appendTo(container);
		});
	};

	// A reason may be in another language than the Desk: it has its own direction, and isolates it from its neighbours.
	medusa_integration.error_part = (error) => $('<bdi class="text-danger"></bdi>').html(medusa_integration.with_links(error));

	/**
	 * Set up the list of the outbox or the inbox.
	 *
	 * @param how what differs: `title_of(row)` gives what a row's record is called, "" where that isn't known; `retry` and
	 * `discard` are the names of calls; `retried()`, `question(number)`, `all`, `parked` and `pending` are words, the
	 * last three for an empty list
	 */
	medusa_integration.set_up_box = (list, how) => {
		medusa_integration.write_lines_of(list, (row, container) =>
			box_line(row, container, how.title_of(row))
		);
		medusa_integration.show_outage(list);
		medusa_integration.forget_filter(list, "reference_name");
		medusa_integration.say_when_empty(list, (filters) => empty_words(filters, how));
		if (frappe.model.can_write(list.doctype)) {
			list.page.add_actions_menu_item(__("Retry"), () => retry(list, how));
		}
		if (frappe.model.can_delete(list.doctype)) {
			list.page.add_actions_menu_item(__("Discard"), () => discard(list, how));
		}
	};

	// The record's title stands where its name did; beneath it its name and what is wrong.
	function box_line(row, container, title) {
		const parts = [];
		if (title) {
			container.find(".list-subject a").last().text(title).attr({ title, dir: "auto" });
			parts.push($('<bdi class="text-muted mr-3"></bdi>').text(row.reference_name));
		}
		if (row.error) parts.push(medusa_integration.error_part(row.error));
		return parts;
	}

	function empty_words(filters, how) {
		if (!filters.length) return how.all;
		const [[, field, operator, value]] = filters;
		if (filters.length > 1 || field !== "status" || operator !== "=") return "";
		return value === "Parked" ? how.parked : how.pending;
	}

	async function retry(list, how) {
		const names = list.get_checked_items(true);
		const { retried } = await frappe.xcall(how.retry, { names });
		done(list, how.retried(), "blue");
		if (retried) medusa_integration.tell_outcome(list.doctype, names, () => list.refresh());
	}

	function discard(list, how) {
		const names = list.get_checked_items(true);
		frappe.confirm(how.question(names.length), async () => {
			const { discarded } = await frappe.xcall(how.discard, { names });
			done(list, __("{0} discarded", [discarded]), "gray");
		});
	}

	function done(list, message, indicator) {
		frappe.show_alert({ message, indicator });
		list.clear_checked_items();
		list.refresh();
	}

	/**
	 * A filter that a form's button has set is for that visit: it isn't kept for the next one, as Frappe's lists keep theirs.
	 *
	 * @param field the filter's
	 */
	medusa_integration.forget_filter = (list, field) => {
		const others = (filters) => (filters || []).filter((filter) => filter[1] !== field);
		const save = list.save_view_user_settings;
		list.save_view_user_settings = function (settings) {
			return save.call(this, { ...settings, filters: others(settings.filters) });
		};
		const show = list.show;
		list.show = async function () {
			const filters = this.filter_area?.get() || [];
			const is_asked = Object.keys(frappe.route_options || {}).length;
			const comes_back = frappe.get_prev_route()[1] === this.doctype;
			if (!is_asked && !comes_back && others(filters).length < filters.length) {
				await this.filter_area.clear(false);
				await this.filter_area.set(others(filters));
			}
			return show.call(this);
		};
	};

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
