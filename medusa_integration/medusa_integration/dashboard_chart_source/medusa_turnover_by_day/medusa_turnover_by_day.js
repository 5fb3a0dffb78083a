frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Medusa Turnover by Day"] = {
	method: "medusa_integration.medusa_integration.dashboard_chart_source.medusa_turnover_by_day.medusa_turnover_by_day.get",
	filters: [{ fieldname: "company", fieldtype: "Link", label: __("Company"), options: "Company" }],
};
