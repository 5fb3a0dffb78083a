// The form of a row of the outbox or the inbox. In a scope of its own: form scripts run in the page's.
frappe.provide("medusa_integration");
(() => {
	/**
	 * @param how what differs: `retry` and `discard` are the names of calls; `retried`, `question(name of the record)` and
	 * `busy` are words
	 */
	medusa_integration.show_row = (frm, how) => {
		frm.disable_save();
		if (frm.doc.status === "Parked" && frm.doc.error) {
			frm.set_intro(medusa_integration.with_links(frm.doc.error), "red");
		}
		if (frappe.model.can_write(frm.doctype)) {
			frm.add_custom_button(__("Retry"), () => retry(frm, how));
		}
		if (frappe.model.can_delete(frm.doctype)) {
			frm.add_custom_button(__("Discard"), () => discard(frm, how));
		}
	};

	async function retry(frm, how) {
		await frappe.xcall(how.retry, { names: [frm.docname] });
		frappe.show_alert({ message: how.retried, indicator: "blue" });
		const { doctype, docname } = frm;
		frappe.set_route("List", doctype); // the row is gone as soon as it is done
		medusa_integration.tell_outcome(doctype, [docname], () => refresh_list(doctype));
	}

	function refresh_list(doctype) {
		if (window.cur_list?.doctype === doctype) window.cur_list.refresh();
	}

	function discard(frm, how) {
		const name = frappe.utils.escape_html(frm.doc.reference_name);
		frappe.confirm(how.question(name), async () => {
			const { discarded } = await frappe.xcall(how.discard, { names: [frm.docname] });
			if (!discarded) frappe.msgprint(how.busy);
			frappe.set_route("List", frm.doctype);
		});
	}
})();
