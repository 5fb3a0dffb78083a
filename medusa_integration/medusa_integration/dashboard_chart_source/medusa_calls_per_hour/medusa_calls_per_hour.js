frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Medusa Calls per Hour"] = {
	method: "medusa_integration.medusa_integration.dashboard_chart_source.medusa_calls_per_hour.medusa_calls_per_hour.get",
	filters: [],
};
