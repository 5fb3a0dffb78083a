// The Customer's link to the shop's customer. In a scope of its own: form scripts run in the page's.
(() => {
	frappe.ui.form.on("Customer", {
		refresh(frm) {
			if (frm.is_new()) return;
			if (frm.doc.medusa_id) {
				show_link(frm);
			} else if (frm.perm[0]?.write && frappe.model.can_read("Lead")) {
				frm.add_custom_button(__("Link Medusa Lead"), () => choose_lead(frm));
			}
		},
	});

	async function show_link(frm) {
		frm.dashboard.add_indicator(__("Linked to a customer of the shop"), "green");
		if (frm.perm[0]?.write) {
			frm.add_custom_button(__("Unlink Deleted Account"), () => confirm_unlink(frm), __("Medusa"));
		}
		const customer = frm.docname;
		const link = await frappe.xcall("medusa_integration.api.get_customer_link", { customer });
		if (!link || frm.docname !== customer) return;
		frm.add_custom_button(
			__("Open in Medusa"),
			() => window.open(link, "_blank", "noopener"),
			__("Medusa")
		);
	}

	function confirm_unlink(frm) {
		const name = frappe.utils.escape_html(frm.docname);
		frappe.warn(
			__("Unlink {0} from the shop?", [name]),
			__(
				"Medusa is asked first: only the link to an account that was deleted there is removed. {0} and its documents stay. It can then be merged with the Customer of another account. This can't be undone.",
				[name.bold()]
			),
			() => unlink(frm),
			__("Unlink")
		);
	}

	async function unlink(frm) {
		await frappe.call({
			method: "medusa_integration.api.unlink_deleted_account",
			args: { customer: frm.docname },
			freeze: true,
			freeze_message: __("Asking Medusa…"),
		});
		frappe.show_alert({ message: __("Unlinked from the deleted account"), indicator: "green" });
		frm.reload_doc();
	}

	function choose_lead(frm) {
		const dialog = new frappe.ui.Dialog({
			title: __("Link Medusa Lead"),
			fields: [
				{
					fieldname: "lead",
					fieldtype: "Link",
					options: "Lead",
					label: __("Lead"),
					reqd: 1,
					only_select: 1,
					description: __("Leads that signed up in the shop and that no Customer has yet."),
					get_query: () => ({ query: "medusa_integration.api.search_medusa_leads" }),
				},
			],
			primary_action_label: __("Link"),
			primary_action({ lead }) {
				dialog.hide();
				confirm_link(frm, lead);
			},
		});
		dialog.show();
	}

	async function confirm_link(frm, lead) {
		const { message } = await frappe.db.get_value("Lead", lead, ["title", "email_id"]);
		const { title, email_id } = message;
		const who = `${lead} (${[title, email_id].filter(Boolean).join(", ")})`;
		frappe.warn(
			__("Link {0} to this Lead?", [frappe.utils.escape_html(frm.docname)]),
			__(
				"Whatever {0} asks for and orders in the shop belongs to {1} from then on. This can't be undone.",
				[who, frm.docname].map((name) => frappe.utils.escape_html(name).bold())
			),
			() => link(frm, lead),
			__("Link")
		);
	}

	async function link(frm, lead) {
		await frappe.call({
			method: "medusa_integration.utils.link_medusa_lead",
			args: { customer: frm.docname, lead },
			freeze: true,
			freeze_message: __("Linking…"),
		});
		frappe.show_alert({ message: __("Linked to the shop's customer"), indicator: "green" });
		frm.reload_doc();
	}
})();
