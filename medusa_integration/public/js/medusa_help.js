// A question mark on each form of the app, and an entry of its menu for small screens, open the form's page of the documentation: the
// DocType's Documentation Link. On ERPNext's forms of the shop's documents it is an entry of the menu alone.
frappe.provide("medusa_integration");
(() => {
	if (medusa_integration.has_help) return; // each of these forms brings this file
	medusa_integration.has_help = true;

	const OF_ERPNEXT = {
		"Website Item": "what-goes-where",
		"Sales Order": "orders",
		Quotation: "what-goes-where#orders-and-quotations",
		Customer: "customers",
		Lead: "customers",
	};

	$(document).on("form-refresh", (_event, frm) => {
		frm.page.icon_group?.find(".medusa-help").remove();
		const own = frm.meta.documentation || "";
		if (own.startsWith("/medusa-help")) {
			frm.page.add_menu_item(__("Help"), () => open(own));
			frm.page.add_action_icon("es-line-question", () => open(own), "medusa-help", __("Help"));
		} else if (is_shops(frm)) {
			const page = OF_ERPNEXT[frm.doctype];
			frm.page.add_menu_item(__("Help with Medusa"), () => open(`/medusa-help?page=${page}`));
		}
	});

	function is_shops(frm) {
		const { from_ecommerce, medusa_id } = frm.doc;
		return frm.doctype in OF_ERPNEXT && (frm.doctype === "Website Item" || from_ecommerce || medusa_id);
	}

	function open(url) {
		window.open(url, "_blank", "noopener");
	}
})();
