app_name = "webshop"
app_title = "Webshop"
app_publisher = "Medusa Integration's tests"
app_description = "Stand-in for webshop in tests and the demo"
app_email = "tests@example.com"
app_license = "MIT"

required_apps = ["erpnext"]

after_install = "webshop.setup.install.after_install"

override_doctype_class = {
	"Item Group": "webshop.webshop.doctype.override_doctype.item_group.WebshopItemGroup",
}

doc_events = {
	"Item": {
		"on_update": "webshop.webshop.crud_events.item.update_website_item.execute",
		"before_rename": "webshop.webshop.crud_events.item.validate_duplicate_website_item.execute",
	},
}
