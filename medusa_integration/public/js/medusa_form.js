// The Medusa menu and the status line of a form. In a scope of its own: form scripts run in the page's.
frappe.provide("medusa_integration");
(() => {
	/**
	 * @param how what differs between forms: `ask()` and `send()` return the status as the server tells it (without `send`
	 * there is no button for it), `send_label` the button's, `first` is one that was asked for already, `about` the document that is
	 * sent where that isn't the form's,
	 * `words(status)` [color, text] of what is sent already, `reloads` whether sending writes into the document.
	 */
	medusa_integration.show_on_form = (frm, how) => {
		add_buttons(frm, how);
		follow_status(frm, how, how.first || how.ask());
	};

	function add_buttons(frm, how) {
		if (how.send && frm.perm[0]?.write) {
			frm.add_custom_button(how.send_label || __("Sync now"), () => send_now(frm, how), __("Medusa"));
		}
		if (frappe.model.can_read("Medusa Request Log")) {
			// by its rows, not by its own voucher: a call for many has none. Not by voucher_type too: the list would take
			// that for its own field.
			const of_this = { "Medusa Request Log Voucher.voucher_name": how.about || frm.docname };
			// The list of the log drops this filter when it is opened by another way.
			frm.add_custom_button(
				__("Calls"),
				() => frappe.set_route("List", "Medusa Request Log", of_this),
				__("Medusa")
			);
		}
	}

	function send_now(frm, how) {
		const sent = how.send();
		sent.then(() =>
			frappe.show_alert({ message: __("To be sent to Medusa"), indicator: "blue" })
		);
		follow_status(frm, how, sent);
	}

	// While something waits to be sent, ask again every few seconds, for a minute, as long as the form is looked at.
	async function follow_status(frm, how, asked) {
		const turn = (frm.medusa_turn = {}); // the next call, also for another document, takes over
		const until = Date.now() + 60000;
		for (let waited = false; ; waited = true) {
			const status = await asked;
			if (frm.medusa_turn !== turn) return;
			write_status(frm, how, status);
			const waits = status.enabled && status.rows.some((row) => row.status === "Pending");
			// the ids came back without touching the document
			if (how.reloads && waited && !waits && !frm.is_dirty()) frm.reload_doc();
			if (!waits || Date.now() > until) return;
			await frappe.timeout(3);
			if (frm.medusa_turn !== turn || !$(frm.wrapper).is(":visible")) return;
			asked = how.ask();
		}
	}

	function write_status(frm, how, status) {
		const [color, text] = unsent_words(status) || how.words(status);
		frm.medusa_headline?.remove();
		const html = `<div class="indicator ${color}"><span>${medusa_integration.with_links(text)}</span></div>`;
		frm.dashboard.set_headline(html, color === "gray" ? "white" : color, true);
		frm.medusa_headline = frm.layout.message.children().last();
		show_button(frm, __("Open in Medusa"), status.link, () =>
			window.open(status.link, "_blank", "noopener")
		);
		show_button(frm, __("See in the Shop"), status.has_page, () => see_in_shop(frm));
		const shows_rows = status.rows.length && frappe.model.can_read("Medusa Outbox");
		show_button(frm, __("Outbox"), shows_rows, () =>
			frappe.set_route("List", "Medusa Outbox", { reference_name: how.about || frm.docname })
		);
	}

	// The tab is opened at once: a browser blocks one that is opened after an answer.
	async function see_in_shop(frm) {
		const tab = window.open("", "_blank");
		try {
			const website_item = frm.docname;
			const page = await frappe.xcall("medusa_integration.api.get_product_page", { website_item });
			tab.opener = null;
			tab.location = page;
		} catch {
			tab?.close(); // Frappe has shown the message.
		}
	}

	function show_button(frm, label, is_shown, action) {
		frm.remove_custom_button(label, __("Medusa"));
		if (is_shown) frm.add_custom_button(label, action, __("Medusa"));
	}

	// [color, text] where something is in the way, for a line that isn't escaped yet
	function unsent_words(status) {
		if (!status.enabled) return ["gray", __("Medusa is switched off")];
		const parked = status.rows.filter((row) => row.status === "Parked");
		if (parked.length) return ["red", parked.map(parked_words).join(" ")];
		return status.rows.length ? ["orange", waiting_words(status)] : null;
	}

	function parked_words(row) {
		if (row.kind === "Price") return __("Prices not accepted: {0}", [medusa_integration.isolated(row.error)]);
		if (row.kind === "Stock") return __("Stock not accepted: {0}", [medusa_integration.isolated(row.error)]);
		return __("Not accepted: {0}", [medusa_integration.isolated(row.error)]);
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
		if (status.rows.every((row) => row.sent_once)) {
			return __("Sent to Medusa. It is sent once more soon, in case an earlier call arrives late");
		}
		const failed = status.rows.find((row) => row.error);
		if (failed?.kind === "Cancellation") return failed.error; // It says what it waits for.
		return failed
			? __("Waiting to be sent again: {0}", [medusa_integration.isolated(failed.error)])
			: __("Waiting to be sent");
	}
})();
