// What comes of what this user has asked to be sent, imported or retried: a progress bar until it is done, refused or closed,
// and at the end a notice. In a scope of its own: scripts run in the page's.
frappe.provide("medusa_integration");
(() => {
	// With a socket the server tells too; we look in case it can't.
	const has_socket = () => Boolean(frappe.realtime?.socket?.connected);
	const tell = (outcome) => frappe.show_alert(outcome, outcome.indicator === "green" ? 7 : 20);

	medusa_integration.follow_progress = async (progress) => {
		let dialog = null;
		let is_hidden = false;
		while (progress.left) {
			if (!is_hidden) {
				const { title, total, left, description } = progress;
				dialog = frappe.show_progress(title, total - left, total, description);
			}
			await frappe.timeout(is_hidden ? 15 : has_socket() ? 5 : 1);
			progress = await frappe.xcall("medusa_integration.api.get_sync_progress");
			if (!progress.left || is_hidden) continue;
			if (progress.problem) tell(progress.outcome);
			// The user has closed it, or it can't go on now: what comes of it is told nevertheless.
			if (progress.problem || !dialog.is_visible) {
				is_hidden = true;
				dialog.hide();
				await frappe.xcall("medusa_integration.api.hide_sync_progress");
			}
		}
		dialog?.hide();
		if (progress.outcome && !(progress.told && has_socket())) tell(progress.outcome);
	};

	/**
	 * Tell what has become of rows that were queued or retried, as soon as none waits any more.
	 *
	 * @param box the DocType of the rows
	 * @param names of the rows
	 * @param then called after that
	 */
	medusa_integration.tell_outcome = async (box, names, then = () => {}) => {
		const until = Date.now() + 10 * 60 * 1000;
		for (let pause = 1; Date.now() < until; pause = Math.min(pause * 1.5, 15)) {
			await frappe.timeout(pause);
			const call = "medusa_integration.api.get_rows_outcome";
			const { outcome } = await frappe.xcall(call, { box, names });
			if (!outcome) continue;
			tell(outcome);
			return then();
		}
	};

	/** Say above a list in red, whenever it is refreshed, that Medusa is unreachable. */
	medusa_integration.show_outage = (list) => {
		if (!frappe.model.can_read("Medusa Outbox")) return;
		const refresh = list.refresh;
		list.refresh = async function (...args) {
			const refreshed = refresh.apply(this, args);
			const { words } = await frappe.xcall("medusa_integration.api.get_outage");
			this.$frappe_list.parent().find(".medusa-outage").remove();
			if (words) {
				$('<div class="medusa-outage form-message red m-3" role="alert"></div>')
					.text(words)
					.insertBefore(this.$frappe_list);
			}
			return refreshed;
		};
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
