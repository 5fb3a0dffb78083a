// A shop's Quotation where no Workflow has its buttons. In a scope of its own: form scripts run in the page's.
(() => {
	const DRAFT = "Draft";
	const READY = "Ready for Customer Review";

	frappe.ui.form.on("Quotation", {
		setup(frm) {
			// Where its button is Submit, Frappe's headline is "Submit this document to confirm". Frappe draws it with each
			// refresh of the header, before form scripts; one form shows all Quotations, the shop's and others.
			const show_submit_message = frm.show_submit_message;
			frm.show_submit_message = () => can_be_sent(frm) || show_submit_message.call(frm);
		},
		refresh(frm) {
			if (!is_shops(frm)) return;
			if (frappe.user.has_role("System Manager")) {
				frm.add_custom_button(__("Make Quotation Workflow"), make_workflow, __("Medusa"));
			}
			if (can_be_sent(frm)) {
				// instead of Submit: a draft can be changed until the customer has decided
				frm.page.set_primary_action(__("Send for Review"), () => send_for_review(frm));
			} else if (can_be_changed(frm) && frm.doc.workflow_state === READY) {
				frm.add_custom_button(__("Revise"), () => bring_to(frm, DRAFT));
			}
		},
	});

	function is_shops(frm) {
		return !frm.is_new() && frm.doc.from_ecommerce && !frappe.model.has_workflow(frm.doctype);
	}

	function can_be_changed(frm) {
		return is_shops(frm) && !frm.doc.docstatus && frm.perm[0]?.write && !frm.is_dirty();
	}

	function can_be_sent(frm) {
		return can_be_changed(frm) && ![READY, "Approved", "Rejected"].includes(frm.doc.workflow_state);
	}

	function send_for_review(frm) {
		frappe.confirm(__("Show the prices to the customer, in the shop and by e-mail?"), () =>
			bring_to(frm, READY)
		);
	}

	async function bring_to(frm, state) {
		await frm.set_value("workflow_state", state);
		await frm.save();
	}

	function make_workflow() {
		frappe.confirm(
			__(
				"A Workflow gives Quotations buttons and roles for Draft, Ready for Customer Review, Approved and Rejected. Those that aren't the shop's are submitted as before. Make it?"
			),
			async () => {
				await frappe.xcall("medusa_integration.api.make_quotation_workflow");
				window.location.reload();
			}
		);
	}
})();
