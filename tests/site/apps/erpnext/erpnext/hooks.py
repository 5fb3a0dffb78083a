app_name = "erpnext"
app_title = "ERPNext"
app_publisher = "Medusa Integration's tests"
app_description = "Stand-in for ERPNext in tests and the demo"
app_email = "tests@example.com"
app_license = "MIT"

after_install = "erpnext.setup.install.after_install"

treeviews = ["Warehouse", "Item Group", "Customer Group", "Territory"]
