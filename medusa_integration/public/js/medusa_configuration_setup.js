// The steps of the set-up, at the top of the Medusa Configuration until all are done. In a scope of its own: form scripts run in
// the page's.
frappe.provide("medusa_integration");
(() => {
	/**
	 * Draw the steps, those that are done with a tick.
	 * @param actions {name: function} of the form's buttons that steps name
	 * @returns whether there are any left
	 */
	medusa_integration.show_setup = async (frm, actions) => {
		const steps = await frappe.xcall("medusa_integration.api.get_setup_steps");
		const area = frm.get_field("setup_html").$wrapper.empty().toggle(Boolean(steps.length));
		if (!steps.length) return false;
		const done = steps.filter((step) => step.done || step.skipped).length;
		const head = $(`<div class="mb-2"><b>${__("Connect the shop")}</b>
			<span class="text-muted ml-2">${__("{0} of {1} steps done", [done, steps.length])}</span></div>`);
		head.append(link(__("Show me around"), () => frm.tour.init({ tour_name: frm.doctype }).then(() => frm.tour.start())));
		const next = steps.find((step) => !step.done && !step.skipped);
		area.addClass("pb-3").append(head, ...steps.map((step) => row(frm, step, actions, step === next)));
		return true;
	};

	// The next step says what to do; the others have their link.
	function row(frm, step, actions, is_next) {
		const { label, hint, done, skipped } = step;
		const escaped = frappe.utils.escape_html;
		const mark = done ? icon("tick", "var(--green-600)") : skipped ? "–" : icon("open", "var(--gray-500)");
		const state = done ? __("Done") : skipped ? __("Not needed") : __("To do");
		const line = $(`<div class="d-flex mb-1" data-step="${escaped(step.name)}" data-done="${Number(done)}">
			<span class="mr-2" style="width: 18px; flex: none" title="${state}">${mark}<span class="sr-only">${state}</span></span>
			<span class="${done || skipped ? "text-muted" : ""}">${escaped(label)}</span></div>`);
		if (done || skipped) return line;
		const text = line.children().last().attr("title", hint);
		if (is_next) text.wrapInner("<b></b>");
		const go = pressed(frm, step.press, actions);
		if (go) text.append(link(...go));
		if (step.optional && frm.perm[0]?.write) {
			text.append(link(__("Not needed"), () => skip(frm, step, actions)).addClass("text-muted"));
		}
		if (is_next) text.append($("<div>").addClass("text-muted").text(hint));
		return line;
	}

	// [label, function] of a step's link; null for a button that this user hasn't got.
	function pressed(frm, { button, field, route }, actions) {
		if (button) return actions[button] || null;
		if (route) return [__("Open the list"), () => open(route)];
		return [__("Show"), () => frm.scroll_to_field(field)];
	}

	function open([view, doctype, filters]) {
		frappe.route_options = filters || null;
		frappe.set_route(view, doctype);
	}

	async function skip(frm, step, actions) {
		await frappe.xcall("frappe.desk.desktop.update_onboarding_step", { name: step.name, field: "is_skipped", value: 1 });
		await medusa_integration.show_setup(frm, actions);
	}

	function link(label, press) {
		return $(`<a class="ml-2" role="button" tabindex="0" style="text-decoration: underline"></a>`)
			.text(label)
			.on("click", press)
			.on("keydown", (event) => event.key === "Enter" && press());
	}

	// Drawn here: the icon sets of Frappe 15 and 16 differ.
	function icon(kind, color) {
		const tick = kind === "tick" ? '<path d="M5 8.2l2.1 2.1L11 6.4"/>' : "";
		return `<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="${color}" stroke-width="1.4"
			aria-hidden="true"><circle cx="8" cy="8" r="6.5"/>${tick}</svg>`;
	}
})();
