// A question mark on a form, and an entry of its menu for small screens, open the form's page of the documentation: the DocType's
// Documentation Link.
frappe.provide("medusa_integration");
(() => {
	if (medusa_integration.has_help) return; // each of our forms brings this file
	medusa_integration.has_help = true;

	$(document).on("form-refresh", (_event, frm) => {
		frm.page.icon_group?.find(".medusa-help").remove();
		const url = frm.meta.documentation || "";
		if (!url.startsWith("/medusa-help")) return;
		const open = () => window.open(url, "_blank", "noopener");
		frm.page.add_menu_item(__("Help"), open);
		frm.page.add_action_icon("es-line-question", open, "medusa-help", __("Help"));
	});
})();
