// a scope of its own: form scripts run in the page's
(() => {
	const PICK_LISTS = ["sales_channel", "stock_location", "shipping_profile"];
	// The same in tables: {table: [column, what get_choices calls it]}
	const PICK_COLUMNS = {
		sales_channels: ["sales_channel", "sales_channel"],
		shipping_options: ["shipping_option", "shipping_option"],
		stock_locations: ["stock_location", "stock_location"],
		payment_providers: ["provider", "payment_provider"],
	};
	const COLORS = { ok: "green", warning: "orange", failed: "red" };

	frappe.ui.form.on("Medusa Configuration", {
		onload(frm) {
			medusa_integration.tab_chooses_nothing(frm);
			fill_pick_lists(frm);
		},
		after_save(frm) {
			fill_pick_lists(frm);
		},
		refresh(frm) {
			if (may_send()) {
				frm.add_custom_button(__("Test Connection"), () => test_connection(frm));
			}
			if (frm.perm[0]?.write) {
				frm.add_custom_button(__("Link existing products"), () => link_existing(frm), __("Products"));
			}
			if (frappe.user.has_role("System Manager")) {
				frm.add_custom_button(
					__("Make Signing Secret"),
					() => ask_for_secret(frm),
					__("Storefront")
				);
				frm.add_custom_button(
					__("Make Quotation Workflow"),
					make_quotation_workflow,
					__("Storefront")
				);
			}
			warn_of_unsigned(frm);
			show_overview(frm);
		},
	});

	// A user who may retry rows may queue records too, without write permission for the settings.
	function may_send() {
		return frappe.model.can_write("Medusa Outbox");
	}

	// What is on the screen is tested, saved or not.
	async function test_connection(frm) {
		const is_saved = !frm.is_dirty();
		const { message: report } = await frappe.call({
			method: "medusa_integration.api.test_connection",
			args: is_saved ? {} : { values: JSON.stringify(frm.doc) },
			freeze: true,
			freeze_message: __("Asking Medusa…"),
		});
		if (is_saved && report.version) {
			frm.doc.detected_version = report.version;
			frm.refresh_field("detected_version");
		}
		frappe.msgprint({
			title: __("Test Connection"),
			indicator: COLORS[report.status],
			message: report.lines.map(line_html).join(""),
		});
		if (is_saved) fill_pick_lists(frm);
		show_overview(frm);
	}

	// Save what is on the screen; whether it is saved.
	async function saved(frm) {
		if (frm.is_dirty()) await frm.save();
		return !frm.is_dirty();
	}

	// {name: [label, function]} of the buttons that this user has, for the steps of the set-up.
	function actions(frm) {
		const offered = {};
		if (may_send()) offered.test_connection = [__("Test Connection"), () => test_connection(frm)];
		if (frm.perm[0]?.write) offered.link_existing = [__("Link existing products"), () => link_existing(frm)];
		if (frappe.user.has_role("System Manager")) {
			offered.make_secret = [__("Make Signing Secret"), () => ask_for_secret(frm)];
		}
		return offered;
	}

	// An offer: a company that has a Workflow of its own for Quotations keeps it.
	function make_quotation_workflow() {
		const question = __(
			"Quotations get a Workflow with the states Draft, Ready for Customer Review, Approved and Rejected. Those that aren't the shop's are submitted as before. Go on?"
		);
		frappe.confirm(question, async () => {
			const { workflow } = await frappe.xcall("medusa_integration.api.make_quotation_workflow");
			frappe.show_alert({ message: __("The Workflow {0} is active.", [workflow]), indicator: "green" });
		});
	}

	function line_html(line) {
		const escaped = frappe.utils.escape_html;
		return `<div class="mb-3">
			<div class="indicator ${COLORS[line.status]} bold">${escaped(line.step)}</div>
			<div class="ml-3">${escaped(line.message)}</div>
			<div class="ml-3 small text-muted">${escaped(line.details)}</div>
		</div>`;
	}

	// --- who may call

	function warn_of_unsigned(frm) {
		const words = __(
			"Anybody who knows this site's address can place orders and read customers. Switch Allow Unsigned Calls off as soon as the storefront signs its calls."
		);
		frm.medusa_headline?.remove();
		frm.medusa_headline = null;
		if (!frm.doc.allow_unsigned) return;
		frm.dashboard.set_headline(`<div>${words}</div>`, "red", true);
		frm.medusa_headline = frm.layout.message.children().last();
	}

	function ask_for_secret(frm) {
		if (!frm.doc.signing_secret) return make_secret(frm);
		frappe.warn(
			__("Replace the Signing Secret?"),
			__(
				"The former one stops working at once: the shop's calls are refused until its server has the new one."
			),
			() => make_secret(frm),
			__("Replace")
		);
	}

	async function make_secret(frm) {
		if (!(await saved(frm))) return;
		const { message: secret } = await frappe.call({
			method: "medusa_integration.api.make_signing_secret",
			freeze: true,
		});
		await frm.reload_doc();
		const dialog = new frappe.ui.Dialog({
			title: __("Signing Secret"),
			fields: [
				{
					fieldname: "secret",
					fieldtype: "Small Text",
					label: __("For the shop's server"),
					default: secret,
					read_only: 1,
					description: __("It isn't shown again: copy it now, and keep it as a password."),
				},
			],
			primary_action_label: __("Copy"),
			primary_action: () => frappe.utils.copy_to_clipboard(secret),
		});
		dialog.show();
	}

	// What the pick-lists offer comes from Medusa. Without it an id can still be typed in.
	async function fill_pick_lists(frm) {
		PICK_LISTS.forEach((name) => medusa_integration.offer_default(frm.get_field(name), []));
		if (!frm.doc.url || !frappe.model.can_write(frm.doctype)) return;
		const { choices, problem } = await frappe.xcall("medusa_integration.api.get_choices");
		for (const fieldname of PICK_LISTS) {
			const field = frm.get_field(fieldname);
			medusa_integration.offer_default(field, shown_choices(choices[fieldname]));
			field.set_new_description(
				problem ? __("Medusa's list can't be read just now.") : __(field.df.description)
			);
			frm.refresh_field(fieldname);
		}
		if (!problem) name_channels(frm, choices.sales_channel);
		const channels = (frm.doc.sales_channels || []).map((row) => ({ value: row.sales_channel, label: row.channel_name }));
		for (const [table, [column, name]] of Object.entries(PICK_COLUMNS)) {
			const { grid } = frm.get_field(table);
			grid.update_docfield_property(column, "options", shown_choices(choices[name]));
			const stored = table === "sales_channels" ? channels : [];
			medusa_integration.show_labels(grid, column, [...stored, ...(choices[name] || [])]);
		}
	}

	// Stored beside the id: messages of the server name the channel by it.
	function name_channels(frm, choices) {
		frm.medusa_channel_names = Object.fromEntries(
			(choices || []).map(({ value, label }) => [value, label])
		);
		for (const row of frm.doc.sales_channels || []) {
			row.channel_name = frm.medusa_channel_names[row.sales_channel] || row.channel_name;
		}
		frm.refresh_field("sales_channels");
	}

	frappe.ui.form.on("Medusa Sales Channel", {
		sales_channel(frm, doctype, name) {
			const id = frappe.get_doc(doctype, name).sales_channel;
			frappe.model.set_value(doctype, name, "channel_name", frm.medusa_channel_names?.[id] || "");
		},
	});

	// The control shows labels as HTML.
	function shown_choices(rows) {
		return (rows || []).map((row) => ({ ...row, label: row.label.replace(/</g, "‹") }));
	}

	// --- linking: a preview, a question, the linking itself; both run in the background

	async function link_existing(frm) {
		if (!(await saved(frm))) return;
		const dialog = new frappe.ui.Dialog({
			title: __("Link existing products"),
			size: "large",
			fields: [{ fieldname: "content", fieldtype: "HTML" }],
			on_hide: () => (dialog.is_closed = true), // what was started goes on in the background
		});
		dialog.show();
		const report = await follow_linking(dialog, true);
		if (!report) return;
		write_content(dialog, preview_html(report));
		if (!report.matches) return;
		dialog.set_primary_action(__("Link {0} products", [report.matches]), async () => {
			dialog.set_primary_action(__("Close"), () => dialog.hide());
			const result = await follow_linking(dialog, false);
			if (result) write_content(dialog, result_html(result));
			show_overview(frm);
		});
	}

	// Start it, or follow one that is running already, until it is over. Returns its report, if it has one.
	async function follow_linking(dialog, dry_run) {
		const started = await frappe.xcall("medusa_integration.api.link_existing_products", {
			dry_run: dry_run ? 1 : 0,
		});
		const ask = "medusa_integration.api.get_linking";
		const state = await medusa_integration.follow_job(dialog, started, ask, (state) =>
			write_content(dialog, progress_html(state))
		);
		if (!state) return null;
		if (state.status === "Done" && state.dry_run === dry_run) return state.report;
		const problem = state.error || __("Another user has started this meanwhile. Try again.");
		write_content(dialog, line_html({ step: problem, status: "failed", message: "", details: "" }));
		return null;
	}

	function write_content(dialog, html) {
		dialog.get_field("content").$wrapper.html(html);
	}

	function progress_html({ status, dry_run, done, total }) {
		if (status === "Queued") return `<p>${__("Waiting for a background worker…")}</p>`;
		if (!total) return `<p>${__("Reading the shop: {0} products so far…", [done])}</p>`;
		const percent = Math.round((100 * done) / total);
		return `<p>${dry_run ? __("Comparing…") : __("Linking…")} ${done} / ${total}</p>
			<div class="progress"><div class="progress-bar" style="width: ${percent}%"></div></div>`;
	}

	function preview_html(report) {
		const { examples } = report;
		return (
			`<p>${__(
				"Products are found by their sku, which is the item code here; those of templates by the skus of their variants. Linking writes the ids on both sides and nothing else: title, prices and stock in Medusa stay as they are until an item is saved or the catalogue is exported."
			)}</p>` +
			[
				group_html("green", report.matches === 1 ? __("1 product matches") : __("{0} products match", [report.matches]), examples.matches),
				group_html("blue", report.variants && __("{0} variants of templates are linked with these", [report.variants])),
				group_html("gray", report.variants_left && __("{0} variants of these templates aren't in the shop: they are created when the template is sent", [report.variants_left])),
				group_html("blue", report.replaced_ids && __("{0} products and collections carry an external id of another tool, which is replaced", [report.replaced_ids]), replaced_ids(examples)),
				group_html("blue", report.other_variants && __("{0} of these have other variants too, which stay as they are", [report.other_variants])),
				group_html("blue", overwritten_words(report.overwritten)),
				group_html("blue", report.collections && __("{0} collections of the shop are taken over, as their titles are those of Item Groups", [report.collections])),
				group_html("blue", report.categories && __("{0} categories of the shop are taken over, as their names and places are those of Item Groups", [report.categories])),
				group_html("red", report.conflicts && __("{0} are unclear and stay as they are", [report.conflicts]), examples.conflicts),
				group_html("gray", report.items_left && __("{0} Website Items aren't in Medusa yet: they are created when they are sent", [report.items_left]), examples.items_left),
				group_html("gray", report.products_left && __("{0} products in Medusa have no Website Item", [report.products_left]), examples.products_left),
				group_html("gray", report.linked && __("{0} Website Items are linked already", [report.linked])),
			].join("")
		);
	}

	// Each replaced id in words.
	function replaced_ids(examples) {
		return examples.replaced_ids.map((row) => ({
			...row,
			reason: row.website_item
				? __("its id {0} is replaced", [row.reason])
				: __("the collection's id {0} is replaced", [row.reason]),
		}));
	}

	// How many of the matching products change in which fields when they are sent; "" for none.
	function overwritten_words(fields) {
		const words = Object.entries(fields || {}).map(([field, number]) => `${__(field)}: ${number}`);
		return words.length ? __("Change when they are sent: {0}", [words.join(", ")]) : "";
	}

	function result_html(report) {
		return [
			group_html("green", __("{0} products linked. Nothing else was changed: save an item, or export the catalogue, to send what ERPNext has.", [report.linked])),
			group_html("green", report.variants && __("{0} variants of templates linked with these", [report.variants])),
			group_html("red", report.conflicts && __("{0} are unclear and stay as they are", [report.conflicts]), report.examples.conflicts),
			group_html("gray", report.items_left && __("{0} Website Items aren't in Medusa yet: they are created when they are sent", [report.items_left])),
		].join("");
	}

	function group_html(color, text, examples = []) {
		if (!text) return "";
		const rows = examples.map(
			(row) => `<li>${[row.website_item, row.item_code, row.product, row.reason]
				.filter(Boolean)
				.map(frappe.utils.escape_html)
				.join(" · ")}</li>`
		);
		const list = `<details class="ml-3 small text-muted"><summary>${__("Examples")}</summary><ul>${rows.join("")}</ul></details>`;
		return `<div class="mb-3"><div class="indicator ${color}">${text}</div>${rows.length ? list : ""}</div>`;
	}

	async function show_overview(frm) {
		const [overview, is_setting_up] = await Promise.all([
			frappe.xcall("medusa_integration.api.get_overview"),
			medusa_integration.show_setup(frm, actions(frm)),
		]);
		const area = frm.get_field("status_html").$wrapper.addClass("pb-3").empty();
		for (const [color, text, route] of overview_lines(overview, is_setting_up)) {
			const line = $(`<div class="indicator ${color} mr-4">`).appendTo(area);
			if (route) {
				$("<a>")
					.text(text)
					.appendTo(line)
					.on("click", () => frappe.set_route("List", ...route));
			} else {
				line.append($("<span>").text(text));
			}
		}
	}

	// [color, text, route of a list]
	function overview_lines(overview, is_setting_up) {
		const { enabled, pending, parked, last_success, outage, problem, silence, stalled } = overview;
		const { importing, inbox_pending, inbox_parked, last_look } = overview;
		const lines = [];
		if (overview.unsigned) lines.push(["red", __("Anybody may call: Allow Unsigned Calls is on")]);
		const outbox = (status) => ["Medusa Outbox", { status }];
		const inbox = (status) => ["Medusa Inbox", { status }];
		if (!enabled && is_setting_up && !pending && !parked) return lines; // The steps say what is to be done.
		if (!enabled) lines.push(["gray", __("Switched off: nothing is sent")]);
		if (outage) {
			const minutes = Math.ceil(outage / 60);
			lines.push(["red", __("{0}, next try within {1} min", [problem, minutes])]);
		} else if (silence) {
			lines.push(["orange", __("Medusa hasn't answered for {0} s", [silence])]);
		} else if (enabled && stalled > 180) {
			const minutes = Math.floor(stalled / 60);
			lines.push([
				"red",
				__("Nothing sent for {0} min: are the scheduler and a worker running?", [minutes]),
			]);
		}
		lines.push(
			pending
				? ["orange", __("{0} waiting to be sent", [pending]), outbox("Pending")]
				: ["green", __("Nothing waits to be sent")]
		);
		if (parked) lines.push(["red", __("{0} not accepted", [parked]), outbox("Parked")]);
		if (inbox_pending) {
			lines.push(["orange", __("{0} waiting to be imported", [inbox_pending]), inbox("Pending")]);
		}
		if (inbox_parked) {
			lines.push(["red", __("{0} not imported", [inbox_parked]), inbox("Parked")]);
		}
		if (enabled && !importing) lines.push(["gray", __("Orders aren't imported")]);
		if (importing && last_look) {
			const when = frappe.datetime.prettyDate(last_look);
			lines.push(["gray", __("Looked for changes in Medusa {0}", [when])]);
		}
		if (last_success) {
			const when = frappe.datetime.prettyDate(last_success);
			lines.push(["gray", __("Last call accepted {0}", [when]), ["Medusa Request Log"]]);
		}
		return lines;
	}
})();
