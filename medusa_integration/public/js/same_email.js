// Customers and Leads: another party with the same e-mail. In a scope of its own: form scripts run in the page's.
(() => {
	const api = (name) => `medusa_integration.api.${name}`;
	const escaped = (text) => frappe.utils.escape_html(text);
	const bold = (text) => escaped(text).bold();

	for (const doctype of ["Customer", "Lead"]) {
		frappe.ui.form.on(doctype, {
			refresh: show,
		});
	}

	async function show(frm) {
		const { doctype, docname: name } = frm;
		const turn = (frm.medusa_same_email = {}); // the next call, also for another document, takes over
		frm.medusa_same_headline?.remove();
		if (frm.is_new()) return;
		const found = await frappe.xcall(api("get_same_email"), { doctype, name });
		if (!found.length || frm.medusa_same_email !== turn) return;
		frm.dashboard.set_headline(`<div>${found.map(words).join("<br>")}</div>`, "orange", true);
		frm.medusa_same_headline = frm.layout.message.children().last();
		if (!frm.perm[0]?.write) return;
		for (const other of found) {
			const label = `${__(other.doctype)}: ${escaped(other.title)}`;
			frm.add_custom_button(label, () => confirm_join(frm, other), __("Same E-mail"));
		}
	}

	function words(other) {
		const link = frappe.utils.get_form_link(other.doctype, other.name, true, escaped(other.title));
		return __("{0} {1} has the same e-mail and is probably the same. The address isn't proven: compare the two.", [
			__(other.doctype),
			link,
		]);
	}

	function confirm_join(frm, other) {
		const { docname } = frm;
		const [, stays] = other.stays;
		const goes = stays === docname ? other.name : docname;
		const text = other.is_merge
			? __(
					"{0} is merged into {1}, which stays: its orders, invoices, contacts and addresses, and its customer of the shop, belong to {1} then, and {0} is deleted.",
					[goes, stays].map(bold)
			  )
			: __("{0} and {1} both stay, and are linked as if the Customer had been made from the Lead.", [
					bold(docname),
					bold(other.name),
			  ]);
		frappe.warn(
			__("Is it the same customer?"),
			`${text} ${__(
				"The customer of the shop sees its prices and orders from then on. Do this only if you know that it is the same. It can't be undone."
			)}`,
			() => join(frm, other),
			other.is_merge ? __("Merge") : __("Link")
		);
	}

	async function join(frm, other) {
		const { message } = await frappe.call({
			method: api("join_same_email"),
			args: {
				doctype: frm.doctype,
				name: frm.docname,
				other_doctype: other.doctype,
				other: other.name,
			},
			freeze: true,
			freeze_message: __("Joining…"),
		});
		frappe.show_alert({ message: __("Joined"), indicator: "green" });
		const [doctype, name] = message;
		if (other.is_merge && name !== frm.docname) {
			frappe.set_route("Form", doctype, name);
		} else {
			frm.reload_doc();
		}
	}
})();
