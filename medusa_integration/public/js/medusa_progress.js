// A progress bar for what this user has asked to be sent, until it is sent, refused, or the bar is closed.
frappe.provide("medusa_integration");

medusa_integration.follow_progress = async (progress) => {
	let dialog = null;
	while (progress.left) {
		const done = progress.total - progress.left;
		dialog = frappe.show_progress(
			progress.title,
			done,
			progress.total,
			progress.silence
				? __("{0} of {1} sent; Medusa hasn't answered for {2} s", [
						done,
						progress.total,
						progress.silence,
				  ])
				: __("{0} of {1} sent", [done, progress.total])
		);
		// with a socket the server tells after each batch (in a bar of the same title); we look in case it can't
		await frappe.timeout(frappe.realtime?.socket?.connected ? 5 : 1);
		progress = await frappe.xcall("medusa_integration.api.get_sync_progress");
		if (progress.left && !dialog.is_visible) return hide(); // the user has closed it
		if (progress.left && progress.problem) return give_up();
	}
	dialog?.hide();
	if (progress.parked) {
		frappe.show_alert({
			message: __("{0} not accepted: see the Medusa Outbox", [progress.parked]),
			indicator: "red",
		});
	} else {
		frappe.show_alert({ message: __("All is sent to Medusa"), indicator: "green" });
	}

	function give_up() {
		dialog.hide();
		const message = __("{0} wait to be sent: {1}", [progress.left, progress.problem]);
		frappe.show_alert({ message, indicator: "orange" }, 15);
		return hide();
	}

	function hide() {
		return frappe.xcall("medusa_integration.api.hide_sync_progress");
	}
};
