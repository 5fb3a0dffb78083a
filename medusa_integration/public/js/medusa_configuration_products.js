// Import products on the Medusa Configuration: settings, a preview with a choice, the import itself; both run in the background.
// In a scope of its own: form scripts run in the page's.
(() => {
	const api = (name) => `medusa_integration.api.${name}`;
	const escaped = (text) => frappe.utils.escape_html(text);
	const SETTINGS = ["item_group", "make_item_groups", "stock_uom", "item_tax_template", "prices", "pictures"];

	frappe.ui.form.on("Medusa Configuration", {
		refresh(frm) {
			if (!frm.perm[0]?.write || !frappe.model.can_create("Item")) return;
			frm.add_custom_button(__("Import products"), () => choose_settings(frm), __("Products"));
		},
	});

	async function choose_settings(frm) {
		if (frm.is_dirty()) await frm.save();
		const dialog = new frappe.ui.Dialog({
			title: __("Import products"),
			size: "extra-large",
			fields: [
				{
					fieldname: "item_group",
					fieldtype: "Link",
					options: "Item Group",
					label: __("Item Group"),
					description: __("Of products without a collection"),
				},
				{
					fieldname: "make_item_groups",
					fieldtype: "Check",
					label: __("Make Item Groups of collections"),
					default: 1,
				},
				{ fieldtype: "Column Break" },
				{ fieldname: "stock_uom", fieldtype: "Link", options: "UOM", label: __("Stock UOM") },
				{
					fieldname: "prices",
					fieldtype: "Check",
					label: __("Make Item Prices in {0}", [frm.doc.price_list || __("the shop's price list")]),
					default: 1,
				},
				{ fieldtype: "Column Break" },
				{
					fieldname: "item_tax_template",
					fieldtype: "Link",
					options: "Item Tax Template",
					label: __("Item Tax Template"),
				},
				{ fieldname: "pictures", fieldtype: "Check", label: __("Attach the pictures, as links"), default: 1 },
				{ fieldtype: "Section Break" },
				{ fieldname: "content", fieldtype: "HTML" },
			],
			primary_action_label: __("Preview"),
			primary_action: (values) => preview(frm, dialog, values),
			on_hide: () => (dialog.is_closed = true), // what was started goes on in the background
		});
		write(
			dialog,
			`<p class="text-muted">${__(
				"Products of the shop that ERPNext lacks become Items and Website Items, and are linked. In Medusa nothing changes until an item is saved or the catalogue is exported. The preview writes nothing."
			)}</p>`
		);
		fill_defaults(dialog);
		dialog.show();
	}

	async function fill_defaults(dialog) {
		for (const field of ["item_group", "stock_uom"]) {
			const value = await frappe.db.get_single_value("Stock Settings", field).catch(() => null);
			if (value && !dialog.get_value(field)) dialog.set_value(field, value);
		}
	}

	async function preview(frm, dialog, values) {
		dialog.get_primary_btn().prop("disabled", true);
		const report = await run(dialog, values, { dry_run: 1 });
		if (dialog.is_closed) return;
		dialog.get_primary_btn().prop("disabled", false);
		if (!report) return;
		show_preview(dialog, report);
		if (!report.ready) return;
		// what was seen is what is imported
		SETTINGS.forEach((field) => dialog.set_df_property(field, "read_only", 1));
		const chosen = () => boxes(dialog).filter(":checked").get();
		const count = () =>
			dialog
				.get_primary_btn()
				.text(import_words(chosen().length + more(dialog, report)))
				.prop("disabled", !chosen().length);
		dialog.set_primary_action("", () => start(frm, dialog, values, wanted(dialog, report, chosen())));
		follow_boxes(dialog, count);
		count();
	}

	const products_in_words = (number) => (number === 1 ? __("1 product") : __("{0} products", [number]));
	const import_words = (number) =>
		number === 1 ? __("Import 1 product") : __("Import {0} products", [number]);

	// Rows that the preview leaves out are imported with all others, and only then.
	function wanted(dialog, report, chosen) {
		return more(dialog, report) ? null : chosen.map((box) => box.dataset.product);
	}

	function more(dialog, report) {
		const all = boxes(dialog).get().every((box) => box.checked);
		return all && report.more_rows ? report.ready - boxes(dialog).length : 0;
	}

	async function start(frm, dialog, values, products) {
		dialog.get_primary_btn().prop("disabled", true);
		const report = await run(dialog, values, { dry_run: 0, ...(products ? { products } : {}) });
		if (dialog.is_closed) return;
		dialog.get_primary_btn().prop("disabled", false);
		dialog.set_primary_action(__("Close"), () => dialog.hide());
		if (report) write(dialog, result_html(report));
		frm.refresh(); // the overview
	}

	// Start it, or follow one that is running already, until it is over. Returns its report, if it has one.
	async function run(dialog, values, more) {
		const settings = Object.fromEntries(SETTINGS.map((field) => [field, values[field] || (is_flag(field) ? 0 : "")]));
		const started = await frappe.xcall(api("import_products"), { ...settings, ...more });
		const state = await medusa_integration.follow_job(dialog, started, api("get_product_import"), (state) =>
			write(dialog, progress_html(state))
		);
		if (!state) return null;
		if (state.status === "Done" && state.dry_run === Boolean(more.dry_run)) return state.report;
		const problem = state.error || __("Another user has started this meanwhile. Try again.");
		write(dialog, group_html("red", escaped(problem)));
		return null;
	}

	function is_flag(field) {
		return ["make_item_groups", "prices", "pictures"].includes(field);
	}

	function write(dialog, html) {
		dialog.get_field("content").$wrapper.html(html);
	}

	function boxes(dialog) {
		return dialog.get_field("content").$wrapper.find("input[data-product]:enabled");
	}

	function follow_boxes(dialog, count) {
		const all = dialog.get_field("content").$wrapper.find("input[data-all]");
		all.on("change", () => {
			boxes(dialog).prop("checked", all.prop("checked"));
			count();
		});
		boxes(dialog).on("change", () => {
			all.prop("checked", boxes(dialog).get().every((box) => box.checked));
			count();
		});
	}

	function progress_html({ status, dry_run, done, total }) {
		if (status === "Queued") return `<p>${__("Waiting for a background worker…")}</p>`;
		if (!total) return `<p>${__("Reading the shop: {0} so far…", [products_in_words(done)])}</p>`;
		const percent = Math.round((100 * done) / total);
		return `<p>${dry_run ? __("Comparing…") : __("Importing…")} ${done} / ${total}</p>
			<div class="progress"><div class="progress-bar" style="width: ${percent}%"></div></div>`;
	}

	function show_preview(dialog, report) {
		const { products, present, ready, blocked, rows, more_rows } = report;
		const groups = [
			group_html("blue", __("In the shop: {0}", [products_in_words(products)])),
			group_html("green", ready && __("{0} can be imported", [products_in_words(ready)])),
			group_html("gray", present && __("In ERPNext already: {0}", [products_in_words(present)])),
			group_html("red", blocked && __("{0} can't be imported yet", [products_in_words(blocked)])),
			group_html("gray", more_rows && __("Not shown, but imported if all are chosen: {0}", [products_in_words(more_rows)])),
		];
		const sorted = [...rows.filter((row) => !row.problem), ...rows.filter((row) => row.problem)];
		write(dialog, groups.join("") + (rows.length ? table_html(sorted, report) : ""));
	}

	function table_html(rows, { ready, currency }) {
		const all = `<input type="checkbox" data-all ${ready ? "checked" : "disabled"} title="${__("All")}">`;
		const heads = ["Product", "Item Code", "Item Group"].map((each) => `<th>${__(each)}</th>`).join("");
		const price = `<th class="text-right">${__("Price")}${currency ? ` (${escaped(currency)})` : ""}</th>`;
		return `<div style="max-height: 50vh; overflow: auto">
			<table class="table table-sm table-bordered small">
				<tr><th>${all}</th>${heads}${price}<th>${__("Remarks")}</th></tr>
				${rows.map(row_html).join("")}
			</table></div>`;
	}

	function row_html(row) {
		const box = row.problem ? "disabled" : "checked";
		const group = row.makes_group ? `${escaped(row.item_group)} <i>(${__("new")})</i>` : escaped(row.item_group);
		const draft = row.published ? "" : ` <i>(${__("draft")})</i>`;
		const remarks = row.problem
			? `<span class="text-danger">${escaped(row.problem)}</span>`
			: row.notes.map(escaped).join("<br>");
		return `<tr>
			<td><input type="checkbox" data-product="${escaped(row.id)}" ${box}></td>
			<td><bdi>${escaped(row.title)}</bdi>${draft}</td>
			<td>${escaped(row.item_code || row.sku)}</td>
			<td>${group}</td>
			<td class="text-right">${escaped(row.price)}</td>
			<td dir="auto">${remarks}</td>
		</tr>`;
	}

	function result_html({ imported, refused, problems }) {
		const rows = problems.map(
			(row) => `<tr><td>${escaped(row.title)}</td><td>${escaped(row.sku)}</td>
				<td dir="auto">${escaped(row.reason).replace(/\n/g, "<br>")}</td></tr>`
		);
		const table = `<table class="table table-sm table-bordered small">
			<tr><th>${__("Product")}</th><th>${__("SKU")}</th><th>${__("Reason")}</th></tr>${rows.join("")}</table>`;
		return [
			group_html(
				"green",
				__("{0} imported and linked. Nothing was changed in Medusa: save an item, or export the catalogue, to send what ERPNext has.", [
					products_in_words(imported),
				])
			),
			group_html("red", refused && __("Not imported: {0}", [products_in_words(refused)])),
			rows.length ? table : "",
		].join("");
	}

	function group_html(color, html) {
		return html ? `<div class="mb-2"><div class="indicator ${color}">${html}</div></div>` : "";
	}
})();
