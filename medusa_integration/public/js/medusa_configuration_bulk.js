// The buttons of the Medusa Configuration for many records. In a scope of its own: form scripts run in the page's.
(() => {
	const api = (name) => `medusa_integration.api.${name}`;

	frappe.ui.form.on("Medusa Configuration", {
		refresh(frm) {
			// A user who may retry rows may queue records too, without write permission for the settings.
			const may_send = frappe.model.can_write("Medusa Outbox");
			if (may_send && frm.doc.enable && !frm.is_dirty()) {
				const buttons = {
					export_catalogue: [__("Export catalogue"), exported_words],
					sync_prices: [__("Sync prices"), prices_words],
					sync_stock: [__("Sync stock"), stock_words],
				};
				for (const [name, [label, words]] of Object.entries(buttons)) {
					frm.add_custom_button(label, () => start(frm, name, words), __("Medusa"));
				}
			}
			if (!frappe.model.can_write(frm.doctype)) return;
			frm.add_custom_button(__("Reset links"), () => reset_links(frm), __("Medusa"));
		},

		// Before the save that starts it, the form tells what will be merged or split.
		async variants_become(frm) {
			const value = frm.doc.variants_become;
			const report = await frappe.xcall(api("preview_variants_become"), { value });
			if (report.changes && report.templates) show_switch(report);
		},
	});

	const SWITCH = {
		templates: __("Templates whose products change"),
		made: __("Products to be made"),
		removed: __("Products to be removed, once the new ones stand"),
		variants: __("Variants of the templates"),
		left_out: __("Variants without a published Website Item: the shop sells them no more"),
		apart: __("Templates without a published Website Item: their variants stay products of their own"),
		doubled: __("Variants with the attributes of another one: one of the two is left out"),
	};

	function show_switch(report) {
		const escaped = (text) => frappe.utils.escape_html(text);
		const lines = Object.entries(SWITCH)
			.filter(([kind]) => report[kind])
			.map(([kind, label]) => {
				const list = report.examples[kind].map(escaped).join(", ");
				return `<li>${label}: <b>${report[kind]}</b><br><span class="text-muted">${list}</span></li>`;
			});
		frappe.msgprint({
			title: __("Variants become"),
			message: `<ul>${lines.join("")}</ul>${__("Nothing happens before you save.")}`,
		});
	}

	async function start(frm, name, words) {
		const { message: reply } = await frappe.call({
			method: api(name),
			freeze: true,
			freeze_message: __("Queuing…"),
		});
		frappe.show_alert({ message: words(reply.items), indicator: "blue" });
		if (reply.progress.total) await medusa_integration.follow_progress(reply.progress);
		frm.refresh(); // the overview
	}

	const exported_words = (count) =>
		__("Website Items queued with their prices: {0}. What is in sync isn't sent.", [count]);
	const prices_words = (count) => __("Website Items whose prices are queued: {0}", [count]);
	const stock_words = (count) => __("Website Items whose stock is queued: {0}", [count]);

	async function reset_links(frm) {
		const links = await frappe.xcall(api("count_links"));
		const kinds = Object.entries(links).filter(([, count]) => count);
		if (!kinds.length) return frappe.msgprint(__("No document has an id from Medusa."));
		const list = kinds.map(([doctype, count]) => `<li>${count} × ${__(doctype)}</li>`).join("");
		const total = kinds.reduce((sum, [, count]) => sum + count, 0);
		frappe.warn(
			__("Forget {0} links to Medusa?", [total]),
			`${__("The ids that came from Medusa are cleared in ERPNext:")}<ul>${list}</ul>
			${__("Nothing changes in Medusa. The next export finds by its external ids what is there.")}`,
			async () => {
				await frappe.call({ method: api("reset_links"), freeze: true });
				frappe.show_alert({ message: __("{0} links cleared", [total]), indicator: "blue" });
				frm.reload_doc();
			},
			__("Reset links")
		);
	}
})();
