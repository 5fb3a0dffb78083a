frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Medusa Orders by Day"] = {
	method: "medusa_integration.medusa_integration.dashboard_chart_source.medusa_orders_by_day.medusa_orders_by_day.get",
	filters: [{ fieldname: "company", fieldtype: "Link", label: __("Company"), options: "Company" }],
};
