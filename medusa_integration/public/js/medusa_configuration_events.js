// Events from Medusa on the Medusa Configuration: the last one received, and a test. In a scope of its own: form scripts run in the page's.
(() => {
	const COLORS = { ok: "green", warning: "orange", failed: "red" };
	const escaped = (text) => frappe.utils.escape_html(text);

	frappe.ui.form.on("Medusa Configuration", {
		refresh(frm) {
			show_last_event(frm);
			if (frappe.model.can_write("Medusa Outbox")) {
				frm.add_custom_button(__("Send a test event"), () => send(frm), __("Medusa"));
			}
			open_import(frm);
		},
	});

	async function show_last_event(frm) {
		const field = frm.get_field("status_html");
		if (!field || !frappe.model.can_read("Medusa Inbox")) return;
		const last = await frappe.xcall("medusa_integration.api.get_last_event_details");
		const words = last.event
			? __("Last event received: {0}, {1} ({2})", [last.event, last.at, last.ago])
			: __("No event received yet: orders are found by polling");
		$(frm.wrapper).find(".medusa-last-event").remove();
		$('<div class="medusa-last-event text-muted small pb-3">').text(words).insertAfter(field.$wrapper);
	}

	async function send(frm) {
		if (frm.is_dirty()) {
			frappe.msgprint(__("Save first: the test uses what is saved."));
			return;
		}
		frappe.dom.freeze(__("An order is written in Medusa, and its event has to come back…"));
		let report;
		try {
			report = await frappe.xcall("medusa_integration.api.send_test_event");
			while (report.awaited) {
				await new Promise((resolve) => setTimeout(resolve, 1000));
				report = await frappe.xcall("medusa_integration.api.get_test_event");
			}
		} finally {
			frappe.dom.unfreeze();
		}
		frappe.msgprint({
			title: __("Send a test event"),
			indicator: COLORS[report.status],
			message: report.lines.map(line_html).join(""),
		});
		show_last_event(frm);
	}

	function line_html(line) {
		return `<div class="mb-3">
			<div class="indicator ${COLORS[line.status]} bold">${escaped(line.step)}</div>
			<div class="ml-3">${escaped(line.message)}</div>
			<div class="ml-3 small text-muted">${escaped(line.details)}</div>
		</div>`;
	}

	// The workspace's shortcut Import orders leads here.
	function open_import(frm) {
		if (!frappe.route_options?.import_orders) return;
		delete frappe.route_options.import_orders;
		const button = frm.custom_buttons?.[__("Import orders")];
		if (button) button.click();
		else frappe.msgprint(__("Switch on Enable and Import Orders, save, then choose Medusa → Import orders."));
	}
})();
