// A shop's Quotation where no Workflow has its buttons. In a scope of its own: form scripts run in the page's.
(() => {
	const DRAFT = "Draft";
	const READY = "Ready for Customer Review";

	frappe.ui.form.on("Quotation", {
		refresh(frm) {
			const { doc } = frm;
			if (frm.is_new() || !doc.from_ecommerce || frappe.model.has_workflow(doc.doctype)) return;
			if (frappe.user.has_role("System Manager")) {
				frm.add_custom_button(__("Make Quotation Workflow"), make_workflow, __("Medusa"));
			}
			if (doc.docstatus || !frm.perm[0]?.write || frm.is_dirty()) return;
			if (doc.workflow_state === READY) {
				frm.add_custom_button(__("Revise"), () => bring_to(frm, DRAFT));
			} else if (!["Approved", "Rejected"].includes(doc.workflow_state)) {
				// instead of Submit: a draft can be changed until the customer has decided
				frm.page.set_primary_action(__("Send for Review"), () => send_for_review(frm));
			}
		},
	});

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
