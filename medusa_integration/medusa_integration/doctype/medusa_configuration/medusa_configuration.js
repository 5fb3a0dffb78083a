// a scope of its own: form scripts run in the page's
(() => {
	const PICK_LISTS = ["sales_channel", "stock_location", "shipping_profile"];
	const COLORS = { ok: "green", warning: "orange", failed: "red" };

	frappe.ui.form.on("Medusa Configuration", {
		onload(frm) {
			fill_pick_lists(frm);
		},
		after_save(frm) {
			fill_pick_lists(frm);
		},
		refresh(frm) {
			frm.add_custom_button(__("Test Connection"), () => test_connection(frm));
			show_overview(frm);
		},
	});

	async function test_connection(frm) {
		const saves = frm.is_dirty(); // what is tested is what is saved
		if (saves) await frm.save();
		const { message: report } = await frappe.call({
			method: "medusa_integration.api.test_connection",
			freeze: true,
			freeze_message: __("Asking Medusa…"),
		});
		frm.doc.detected_version = report.version || frm.doc.detected_version;
		frm.refresh_field("detected_version");
		frappe.msgprint({
			title: __("Test Connection"),
			indicator: COLORS[report.status],
			message: report.lines.map(line_html).join(""),
		});
		if (!saves) fill_pick_lists(frm);
		show_overview(frm);
	}

	function line_html(line) {
		const escaped = frappe.utils.escape_html;
		return `<div class="mb-3">
			<div class="indicator ${COLORS[line.status]} bold">${escaped(line.step)}</div>
			<div class="ml-3">${escaped(line.message)}</div>
			<div class="ml-3 small text-muted">${escaped(line.details)}</div>
		</div>`;
	}

	// What the pick-lists offer comes from Medusa. Without it an id can still be typed in.
	async function fill_pick_lists(frm) {
		if (!frm.doc.url || !frappe.model.can_write(frm.doctype)) return;
		const { choices, problem } = await frappe.xcall("medusa_integration.api.get_choices");
		for (const fieldname of PICK_LISTS) {
			const field = frm.get_field(fieldname);
			// the control shows labels as HTML
			const rows = (choices[fieldname] || []).map((row) => ({
				...row,
				label: row.label.replace(/</g, "‹"),
			}));
			field.set_data(rows);
			field.set_new_description(
				problem ? __("Medusa's list can't be read just now.") : __(field.df.description)
			);
			frm.refresh_field(fieldname);
		}
	}

	async function show_overview(frm) {
		const overview = await frappe.xcall("medusa_integration.api.get_overview");
		const area = frm.get_field("status_html").$wrapper.addClass("pb-3").empty();
		for (const [color, text, route] of overview_lines(overview)) {
			const line = $(`<div class="indicator ${color} mr-4">`).appendTo(area);
			if (route) {
				$("<a>")
					.text(text)
					.appendTo(line)
					.on("click", () => frappe.set_route("List", ...route));
			} else {
				line.append($("<span>").text(text));
			}
		}
	}

	// [color, text, route of a list]
	function overview_lines({ enabled, pending, parked, last_success, outage, stalled }) {
		const lines = [];
		const outbox = (status) => ["Medusa Outbox", { status }];
		if (!enabled) lines.push(["gray", __("Switched off: nothing is sent")]);
		if (outage) {
			const minutes = Math.ceil(outage / 60);
			lines.push(["red", __("Medusa is out of reach, next try within {0} min", [minutes])]);
		} else if (enabled && stalled > 180) {
			const minutes = Math.floor(stalled / 60);
			lines.push([
				"red",
				__("Nothing sent for {0} min: are the scheduler and a worker running?", [minutes]),
			]);
		}
		lines.push(
			pending
				? ["orange", __("{0} waiting to be sent", [pending]), outbox("Pending")]
				: ["green", __("Nothing waits to be sent")]
		);
		if (parked) lines.push(["red", __("{0} not accepted", [parked]), outbox("Parked")]);
		if (last_success) {
			const when = frappe.datetime.prettyDate(last_success);
			lines.push(["gray", __("Last call accepted {0}", [when]), ["Medusa Request Log"]]);
		}
		return lines;
	}
})();
