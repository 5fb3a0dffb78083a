app_name = "erpnext"
app_title = "ERPNext"
app_publisher = "Medusa Integration's tests"
app_description = "Stand-in for ERPNext in tests and the demo"
app_email = "tests@example.com"
app_license = "MIT"

after_install = "erpnext.setup.install.after_install"

treeviews = ["Account", "Warehouse", "Item Group", "Customer Group", "Sales Person", "Territory"]

override_doctype_class = {"Address": "erpnext.accounts.custom.address.ERPNextAddress"}

payment_gateway_enabled = "erpnext.accounts.utils.create_payment_gateway_account"

scheduler_events = {"daily": ["erpnext.selling.doctype.quotation.quotation.set_expired_status"]}
