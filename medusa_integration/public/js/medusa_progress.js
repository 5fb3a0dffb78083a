// A progress bar for what this user has asked to be sent or imported, until it is done, refused, or the bar is closed. In a
// scope of its own: scripts run in the page's.
frappe.provide("medusa_integration");
(() => {
	const WORDS = {
		"Medusa Outbox": {
			done: (done, total) => __("{0} of {1} sent", [done, total]),
			silent: (done, total, seconds) =>
				__("{0} of {1} sent; Medusa hasn't answered for {2} s", [done, total, seconds]),
			parked: (number) => __("{0} not accepted: see the Medusa Outbox", [number]),
			all: __("All is sent to Medusa"),
			waiting: (number, problem) => __("{0} wait to be sent: {1}", [number, problem]),
		},
		"Medusa Inbox": {
			done: (done, total) => __("{0} of {1} imported", [done, total]),
			silent: (done, total, seconds) =>
				__("{0} of {1} imported; Medusa hasn't answered for {2} s", [done, total, seconds]),
			parked: (number) => __("{0} not imported: see the Medusa Inbox", [number]),
			all: __("All is imported"),
			waiting: (number, problem) => __("{0} wait to be imported: {1}", [number, problem]),
		},
	};

	medusa_integration.follow_progress = async (progress) => {
		let dialog = null;
		const words = WORDS[progress.box] || WORDS["Medusa Outbox"];
		while (progress.left) {
			const done = progress.total - progress.left;
			dialog = frappe.show_progress(
				progress.title,
				done,
				progress.total,
				progress.silence
					? words.silent(done, progress.total, progress.silence)
					: words.done(done, progress.total)
			);
			// with a socket the server tells after each batch (in a bar of the same title); we look in case it can't
			await frappe.timeout(frappe.realtime?.socket?.connected ? 5 : 1);
			progress = await frappe.xcall("medusa_integration.api.get_sync_progress");
			if (progress.left && !dialog.is_visible) return hide(); // the user has closed it
			if (progress.left && progress.problem) return give_up();
		}
		dialog?.hide();
		if (progress.parked) {
			frappe.show_alert({ message: words.parked(progress.parked), indicator: "red" });
		} else {
			frappe.show_alert({ message: words.all, indicator: "green" });
		}

		function give_up() {
			dialog.hide();
			const message = words.waiting(progress.left, progress.problem);
			frappe.show_alert({ message, indicator: "orange" }, 15);
			return hide();
		}

		function hide() {
			return frappe.xcall("medusa_integration.api.hide_sync_progress");
		}
	};

	/**
	 * Follow a job whose progress and outcome the server keeps, until it is over or the dialog is closed: what was started
	 * goes on in the background.
	 *
	 * @param state as the call that started it tells
	 * @param ask the name of the call that tells its state
	 * @param show shows the state of a job that isn't over
	 * @returns its last state; null where the dialog was closed
	 */
	medusa_integration.follow_job = async (dialog, state, ask, show) => {
		while (!dialog.is_closed && ["Queued", "Running"].includes(state.status)) {
			show(state);
			await frappe.timeout(1);
			state = await frappe.xcall(ask);
		}
		return dialog.is_closed ? null : state;
	};
})();
