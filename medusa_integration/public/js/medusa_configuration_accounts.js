// The accounts and series that the Medusa Configuration offers. In a scope of its own: form scripts run in the page's.
(() => {
	// As chosen_accounts.py has them: a charge's account is none of these.
	const NO_CHARGE = [
		"Receivable", "Payable", "Bank", "Cash", "Stock", "Stock Received But Not Billed", "Fixed Asset",
		"Depreciation", "Accumulated Depreciation", "Capital Work in Progress", "Asset Received But Not Billed", "Equity",
	];
	const CHARGE = ["not in", NO_CHARGE];
	// Each: a field, the field of its rows where it is a table, and what fits.
	const FITS = [
		["fallback_tax_account", "", CHARGE],
		["shipping_account", "", CHARGE],
		["return_fee_account", "", CHARGE],
		["credit_account", "", CHARGE],
		["tax_accounts", "account", CHARGE],
		["shipping_options", "account", CHARGE],
		["receivable_accounts", "account", "Receivable"],
		["payment_providers", "account", ["in", ["Bank", "Cash"]]],
		["payment_providers", "fee_account", CHARGE],
	];
	const SERIES = {
		sales_order_series: "Sales Order",
		delivery_note_series: "Delivery Note",
		sales_invoice_series: "Sales Invoice",
		customer_series: "Customer",
	};

	frappe.ui.form.on("Medusa Configuration", {
		setup(frm) {
			for (const [field, of_row, account_type] of FITS) {
				const query = () => ({ filters: accounts_of(frm, account_type) });
				of_row ? frm.set_query(of_row, field, query) : frm.set_query(field, query);
			}
		},
		onload(frm) {
			for (const [field, doctype] of Object.entries(SERIES)) {
				frappe.model.with_doctype(doctype, () => {
					const { options } = frappe.meta.get_docfield(doctype, "naming_series") || {};
					const series = (options || "").split("\n").filter(Boolean);
					frm.get_field(field).set_data(series);
					if (doctype === "Sales Order") {
						const { grid } = frm.get_field("sales_channels");
						grid.update_docfield_property(field, "options", series);
					}
				});
			}
		},
	});

	// Of one company, unless sales channels have companies of their own.
	function accounts_of(frm, account_type) {
		const channels = (frm.doc.sales_channels || []).map((row) => row.company);
		const companies = [...channels, frm.doc.company || frappe.defaults.get_default("company")].filter(Boolean);
		return { account_type, is_group: 0, disabled: 0, company: ["in", companies] };
	}
})();
