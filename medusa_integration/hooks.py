app_name = "medusa_integration"
app_title = "Medusa Integration"
app_publisher = "Medusa Integration contributors"
app_description = "Keeps an ERPNext company and a Medusa shop in step"
app_email = "medusa-integration@example.com"
app_license = "mit"
required_apps = ["frappe/erpnext", "frappe/webshop"]

after_install = "medusa_integration.setup.install.after_install"
after_migrate = "medusa_integration.setup.install.after_migrate"
after_uninstall = "medusa_integration.setup.uninstall.after_uninstall"

doctype_js = {"Website Item": "public/js/website_item.js"}

doc_events = {
	"Website Item": {
		"validate": [
			"medusa_integration.api.keep_medusa_ids",
			"medusa_integration.api.website_item_validate",
		],
		"after_rename": "medusa_integration.api.website_item_after_rename",
		"on_trash": "medusa_integration.api.delete_medusa_item",
	},
	"Item": {
		"validate": "medusa_integration.api.keep_medusa_ids",
		"on_update": "medusa_integration.api.item_on_update",
		"after_rename": "medusa_integration.api.item_after_rename",
	},
	"Item Price": {
		"validate": [
			"medusa_integration.api.keep_medusa_ids",
			"medusa_integration.api.create_medusa_price_list",
		],
		"on_trash": "medusa_integration.api.delete_medusa_price",
	},
	"Item Group": {
		"validate": "medusa_integration.api.keep_medusa_ids",
		"on_update": [
			"medusa_integration.api.item_group_on_update",
			"medusa_integration.api.item_group_moved",
		],
		"after_rename": "medusa_integration.api.item_group_after_rename",
		"on_trash": "medusa_integration.api.delete_medusa_collection",
	},
}

scheduler_events = {
	"cron": {"* * * * *": ["medusa_integration.api.drain_outbox", "medusa_integration.api.tell_of_outage"]},
	"daily": ["medusa_integration.api.mail_parked"],
}

# Our rows name documents, and must not keep them from being deleted.
ignore_links_on_delete = ["Medusa Outbox", "Medusa Request Log"]
default_log_clearing_doctypes = {"Medusa Request Log": 30}
