// How a Website Item stands with Medusa. In a scope of its own: form scripts run in the page's.
(() => {
	frappe.ui.form.on("Website Item", {
		refresh(frm) {
			frm.medusa_turn = null;
			if (frm.is_new()) return;
			add_buttons(frm);
			follow_status(frm, ask_status(frm));
		},
	});

	function add_buttons(frm) {
		if (frm.perm[0]?.write) {
			frm.add_custom_button(__("Sync now"), () => sync_now(frm), __("Medusa"));
		}
		if (frappe.model.can_read("Medusa Request Log")) {
			// by its rows, not by its own voucher: a call for many has none. Not by voucher_type too: the list would take
			// that for its own field.
			const of_this = { "Medusa Request Log Voucher.voucher_name": frm.docname };
			frm.add_custom_button(
				__("Calls"),
				() => frappe.set_route("List", "Medusa Request Log", of_this),
				__("Medusa")
			);
		}
	}

	function sync_now(frm) {
		const asked = frappe.xcall("medusa_integration.api.sync_now", {
			website_item: frm.docname,
		});
		asked.then(() =>
			frappe.show_alert({ message: __("To be sent to Medusa"), indicator: "blue" })
		);
		follow_status(frm, asked);
	}

	function ask_status(frm) {
		return frappe.xcall("medusa_integration.api.get_sync_status", {
			website_item: frm.docname,
		});
	}

	// While something waits to be sent, ask again every few seconds, for a minute, as long as the form is looked at.
	async function follow_status(frm, asked) {
		const turn = (frm.medusa_turn = {}); // whoever comes next, for another item too, takes over
		const until = Date.now() + 60000;
		for (let waited = false; ; waited = true) {
			const status = await asked;
			if (frm.medusa_turn !== turn) return;
			write_status(frm, status);
			const waits = status.enabled && status.rows.some((row) => row.status === "Pending");
			// the ids came back without touching the document
			if (waited && !waits && !frm.is_dirty()) frm.reload_doc();
			if (!waits || Date.now() > until) return;
			await frappe.timeout(3);
			if (frm.medusa_turn !== turn || !$(frm.wrapper).is(":visible")) return;
			asked = ask_status(frm);
		}
	}

	function write_status(frm, status) {
		const [color, text] = status_words(status);
		frm.medusa_headline?.remove();
		const html = `<div class="indicator ${color}">${frappe.utils.escape_html(text)}</div>`;
		frm.dashboard.set_headline(html, color === "gray" ? "white" : color, true);
		frm.medusa_headline = frm.layout.message.children().last();
		if (status.rows.length && frappe.model.can_read("Medusa Outbox")) {
			frm.add_custom_button(
				__("Outbox"),
				() => frappe.set_route("List", "Medusa Outbox", { reference_name: frm.docname }),
				__("Medusa")
			);
		} else {
			frm.remove_custom_button(__("Outbox"), __("Medusa"));
		}
	}

	// [color, text] for a line that isn't escaped yet
	function status_words(status) {
		if (!status.enabled) return ["gray", __("Medusa is switched off")];
		const parked = status.rows.filter((row) => row.status === "Parked");
		if (parked.length) {
			return ["red", parked.map(parked_words).join(" ")];
		}
		if (status.rows.length) return ["orange", waiting_words(status)];
		const when = frappe.datetime.prettyDate(status.synced_on);
		if (!status.published && status.medusa_id) {
			return ["gray", __("Unpublished: a draft in Medusa, last sent {0}", [when])];
		}
		if (!status.published) return ["gray", __("Not in the shop (unpublished)")];
		if (!status.synced_on) return ["gray", __("Not sent to Medusa yet")];
		return ["green", __("Sent to Medusa {0}", [when])];
	}

	function parked_words(row) {
		if (row.kind === "Price") return __("Prices not accepted: {0}", [row.error]);
		if (row.kind === "Stock") return __("Stock not accepted: {0}", [row.error]);
		return __("Not accepted: {0}", [row.error]);
	}

	function waiting_words(status) {
		if (status.outage) {
			const minutes = Math.ceil(status.outage / 60);
			return __("Waiting to be sent: {0}, next try within {1} min", [
				status.problem,
				minutes,
			]);
		}
		if (status.silence) {
			return __("Waiting to be sent: Medusa hasn't answered for {0} s", [status.silence]);
		}
		const failed = status.rows.find((row) => row.error);
		return failed
			? __("Waiting to be sent again: {0}", [failed.error])
			: __("Waiting to be sent");
	}
})();
