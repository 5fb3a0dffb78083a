// Import orders on the Medusa Configuration. In a scope of its own: form scripts run in the page's.
(() => {
	const api = (name) => `medusa_integration.api.${name}`;
	const escaped = (text) => frappe.utils.escape_html(text);

	frappe.ui.form.on("Medusa Configuration", {
		refresh(frm) {
			const { enable, import_orders } = frm.doc;
			if (!frappe.model.can_write("Medusa Inbox") || !enable || !import_orders || frm.is_dirty()) {
				return;
			}
			frm.add_custom_button(__("Import orders"), () => choose_days(frm), __("Medusa"));
		},
	});

	function choose_days(frm) {
		const dialog = new frappe.ui.Dialog({
			title: __("Import orders"),
			size: "large",
			fields: [
				{
					fieldname: "since",
					fieldtype: "Date",
					label: __("Placed from"),
					reqd: 1,
					default: frappe.datetime.add_days(frappe.datetime.get_today(), -30),
				},
				{ fieldtype: "Column Break" },
				{
					fieldname: "until",
					fieldtype: "Date",
					label: __("to"),
					reqd: 1,
					default: frappe.datetime.get_today(),
				},
				{ fieldtype: "Section Break" },
				{ fieldname: "content", fieldtype: "HTML" },
			],
			primary_action_label: __("Preview"),
			primary_action: (days) => preview(frm, dialog, days),
			on_hide: () => (dialog.is_closed = true),
		});
		write(
			dialog,
			`<p class="text-muted">${__(
				"Orders that were placed on these days and aren't in ERPNext yet, however old they are. The preview writes nothing."
			)}</p>`
		);
		dialog.show();
	}

	async function preview(frm, dialog, days) {
		dialog.get_primary_btn().prop("disabled", true);
		const report = await run(dialog, days, true);
		if (dialog.is_closed) return;
		dialog.get_primary_btn().prop("disabled", false);
		if (!report) return;
		write(dialog, report_html(report));
		const number = report.ready + report.blocked;
		if (!number) return;
		// what was seen is what is imported
		["since", "until"].forEach((each) => dialog.set_df_property(each, "read_only", 1));
		const label = number === 1 ? __("Import 1 order") : __("Import {0} orders", [number]);
		dialog.set_primary_action(label, () => start(frm, dialog, days));
	}

	async function start(frm, dialog, days) {
		dialog.get_primary_btn().prop("disabled", true);
		const report = await run(dialog, days, false);
		if (!report) return;
		dialog.hide();
		if (report.queued) {
			// Also where the worker is done already: its outcome is told.
			await medusa_integration.follow_progress(await frappe.xcall(api("get_sync_progress")));
		} else {
			const message = __("There was nothing to import: the orders of these days are in ERPNext.");
			frappe.show_alert({ message, indicator: "green" });
		}
		frm.refresh(); // the overview
	}

	// Start it, or follow one that is running already, until it is over. Returns its report, if it has one.
	async function run(dialog, { since, until }, dry_run) {
		const wanted = { since, until, dry_run: dry_run ? 1 : 0 };
		const started = await frappe.xcall(api("import_orders"), wanted);
		const state = await medusa_integration.follow_job(
			dialog,
			started,
			api("get_order_import"),
			(state) => write(dialog, progress_html(state))
		);
		if (!state) return null;
		const is_ours = state.dry_run === dry_run && state.since === since && state.until === until;
		if (state.status === "Done" && is_ours) return state.report;
		const problem = is_ours && state.error;
		write(dialog, group_html("red", escaped(problem || __("Another user has started this meanwhile. Try again."))));
		return null;
	}

	function write(dialog, html) {
		dialog.get_field("content").$wrapper.html(html);
	}

	function progress_html({ status, dry_run, done, total }) {
		if (status === "Queued") return `<p>${__("Waiting for a background worker…")}</p>`;
		if (!total) return `<p>${__("Reading the shop: {0} so far…", [orders_in_words(done)])}</p>`;
		const percent = Math.round((100 * done) / total);
		return `<p>${dry_run ? __("Checking…") : __("Queuing…")} ${done} / ${total}</p>
			<div class="progress"><div class="progress-bar" style="width: ${percent}%"></div></div>`;
	}

	function report_html(report) {
		const { orders, present, canceled, ready, blocked, totals, problems, more_problems } = report;
		if (!orders) return group_html("gray", __("No order was placed on these days."));
		const amounts = totals.map(amount_words).join(", ");
		return [
			group_html("blue", __("{0}, {1} in all", [orders_in_words(orders), escaped(amounts)])),
			group_html("green", ready && __("{0} can be imported", [orders_in_words(ready)])),
			group_html("gray", present && __("In ERPNext already: {0}", [orders_in_words(present)])),
			group_html("gray", canceled && __("Cancelled: {0}", [orders_in_words(canceled)])),
			problems.length ? problems_html(blocked, problems, more_problems) : "",
		].join("");
	}

	const orders_in_words = (number) => (number === 1 ? __("1 order") : __("{0} orders", [number]));

	// With the currency's own decimals, whatever the site shows of others.
	function amount_words({ currency, total }) {
		const decimals = (total.split(".")[1] || "").length;
		return `${format_number(total, null, decimals)} ${currency}`;
	}

	function problems_html(blocked, problems, more) {
		const rows = problems.map(
			({ problem, orders, examples }) => `<tr>
				<td dir="auto">${escaped(problem).replace(/\n/g, "<br>")}</td>
				<td class="text-right">${orders}</td>
				<td class="text-muted">${escaped(examples.join(", "))}${orders > examples.length ? " …" : ""}</td>
			</tr>`
		);
		const words = more === 1 ? __("And 1 more reason.") : __("And {0} more reasons.", [more]);
		const others = more ? `<p class="small">${words}</p>` : "";
		return `${group_html(
			"red",
			blocked &&
				__("{0} can't be imported yet. After the import, the Medusa Inbox keeps them until the reasons are removed:", [
					orders_in_words(blocked),
				])
		)}
		<table class="table table-sm table-bordered small">
			<tr><th>${__("Reason")}</th><th class="text-right">${__("Orders")}</th><th>${__("Numbers")}</th></tr>
			${rows.join("")}
		</table>${others}`;
	}

	function group_html(color, html) {
		return html ? `<div class="mb-3"><div class="indicator ${color}">${html}</div></div>` : "";
	}
})();
