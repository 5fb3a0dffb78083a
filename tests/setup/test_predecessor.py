"""A site that ran the app's predecessor is migrated: whatever its rows hold, the migration doesn't stop, and tells of what it
had to change."""

import frappe
import pytest
from frappe.utils.password import get_decrypted_password, set_encrypted_password

from medusa_integration.customers import email_codes, shop_accounts
from medusa_integration.delivery.box import outbox
from medusa_integration.patches import (
	fit_older_columns,
	hide_tokens,
	name_codes_by_address,
	take_over_predecessor,
)
from medusa_integration.setup import older_columns, orphan_fields, unique_ids
from medusa_integration.window.groups import by_address
from tests.support import landing
from tests.support.factories import customer, item_group, website_item

CONFIGURATION = "Medusa Configuration"


@pytest.fixture
def original():
	"""Makes the predecessor's table of a DocType, and puts the app's own back."""
	made = {}

	def make(doctype: str, columns: str, name: str = "varchar(140)") -> None:
		frappe.db.commit()
		made[doctype] = frappe.get_all(doctype, pluck="name")
		frappe.db.sql_ddl(f"alter table `tab{doctype}` rename to `tab{doctype} kept`")
		frappe.db.sql_ddl(
			f"create table `tab{doctype}` (name {name} primary key, creation datetime(6), modified datetime(6),"
			" modified_by varchar(140), owner varchar(140), docstatus int not null default 0,"
			f" idx int not null default 0, {columns})"
		)
		frappe.clear_cache()

	yield make
	frappe.db.rollback()
	for doctype in made:
		frappe.db.sql_ddl(f"drop table `tab{doctype}`")
		frappe.db.sql_ddl(f"alter table `tab{doctype} kept` rename to `tab{doctype}`")
	frappe.clear_cache()


def insert(doctype: str, name: str, at: str = "2025-01-01", **values) -> None:
	values = {"name": name, "creation": at, "modified": at, **values}
	columns = ", ".join(f"`{column}`" for column in values)
	marks = ", ".join(["%s"] * len(values))
	frappe.db.sql(f"insert into `tab{doctype}` ({columns}) values ({marks})", list(values.values()))


def sync(doctype: str) -> None:
	"""What the schema sync of `bench migrate` does to a table."""
	frappe.clear_cache(doctype=doctype)
	frappe.db.updatedb(doctype)


OTP_COLUMNS = (
	"email varchar(140), otp varchar(140), expiration_time datetime(6), status varchar(140), password text,"
	" logged_in int not null default 0"
)


def test_several_codes_of_one_address_become_one_that_can_be_replaced(original):
	original("Email OTP", OTP_COLUMNS)
	address = "aisha@clinic.example"
	insert("Email OTP", "a1", "2025-01-01", email=address, otp="111111", status="Verified")
	insert("Email OTP", "a2", "2025-03-01", email="Aisha@Clinic.example ", otp="222222", status="Pending")
	insert("Email OTP", "a3", "2025-02-01", email=address, otp="333333", status="Used")
	insert("Email OTP", "b1", email="omar@clinic.example", otp="444444", status="Pending")
	insert("Email OTP", "c1", email=None, otp="555555", status="Pending")
	set_encrypted_password("Email OTP", "a3", "made for the account", "password")
	set_encrypted_password("Email OTP", "a1", "older", "password")
	try:
		for _time in range(2):
			name_codes_by_address.execute()
		sync("Email OTP")
		rows = frappe.get_all("Email OTP", fields=["name", "email", "otp", "status"], order_by="name")
		assert [tuple(row.values()) for row in rows] == [
			(address, address, None, "Expired"),
			("omar@clinic.example", "omar@clinic.example", None, "Expired"),
		]
		assert shop_accounts.kept_password(address) == "made for the account"
		assert not get_decrypted_password("Email OTP", "a3", "password", raise_exception=False)
		for each in (address, "omar@clinic.example"):
			code = email_codes.issue(each)
			assert code and email_codes.use_and_commit(each, code)
	finally:
		frappe.db.delete("__Auth", {"doctype": "Email OTP"})
		frappe.db.commit()


def test_codes_that_were_numbered_become_named(original):
	original("Email OTP", OTP_COLUMNS, "bigint")
	address = "aisha@clinic.example"
	for number in (1, 2):
		insert("Email OTP", number, email=address, otp="111111", status="Pending")
	set_encrypted_password("Email OTP", "2", "made for the account", "password")
	try:
		name_codes_by_address.execute()
		sync("Email OTP")
		assert frappe.get_all("Email OTP", pluck="name") == [address]
		assert shop_accounts.kept_password(address) == "made for the account"
		code = email_codes.issue(address)
		assert code and email_codes.use_and_commit(address, code)
	finally:
		frappe.db.delete("__Auth", {"doctype": "Email OTP"})
		frappe.db.commit()


def test_codes_of_this_app_stay_as_they_are():
	address = "aisha@clinic.example"
	code = email_codes.issue(address)
	name_codes_by_address.execute()
	assert email_codes.use_and_commit(address, code)


def test_several_coupons_of_one_code_become_the_claimed_one_and_the_others_are_told(original):
	original(
		"Website Coupon Code",
		"code varchar(140), claimed int not null default 0, expired int not null default 0, claimed_by varchar(140)",
	)
	insert("Website Coupon Code", "h1", "2025-01-01", code="TEN", claimed=1, claimed_by="Clinic")
	insert("Website Coupon Code", "h2", "2025-02-01", code="ten")
	insert("Website Coupon Code", "h3", code="")
	insert("Website Coupon Code", "FIVE", code="five ")
	name_codes_by_address.execute()
	sync("Website Coupon Code")
	rows = frappe.get_all("Website Coupon Code", fields=["name", "code", "claimed"], order_by="code")
	assert sorted(tuple(row.values()) for row in rows) == [
		("TEN", "TEN", 1),
		("five", "five", 0),
		("h3", "h3", 0),
	]
	log = frappe.get_last_doc("Error Log")
	assert "coupons were deleted" in log.method and '"name": "h2"' in log.error


def test_values_that_the_new_types_cannot_hold_do_not_stop_the_migration(original):
	original(
		"Product Collection Item",
		"item_code text, item_name text, sales_count varchar(140), parent varchar(140), parentfield varchar(140),"
		" parenttype varchar(140)",
	)
	long = "L" * 200
	insert("Product Collection Item", "r1", item_code="G-1", item_name=long, sales_count="12.0")
	insert("Product Collection Item", "r2", item_code="G-2", sales_count="many")
	insert("Product Collection Item", "r3", item_code="G-3", sales_count=None)
	fit_older_columns.execute()
	sync("Product Collection Item")
	rows = frappe.get_all(
		"Product Collection Item",
		fields=["item_name", "sales_count"],
		order_by="name",
		parent_doctype="Product Collection",
	)
	assert [float(row.sales_count) for row in rows] == [12, 0, 0]
	assert rows[0].item_name == "L" * 140
	log = frappe.get_last_doc("Error Log")
	assert "Product Collection Item were changed" in log.method
	assert "'many'" in log.error and long in log.error and "12.0" not in log.error


def test_a_token_in_clear_text_is_deleted_and_a_password_encrypted():
	frappe.db.set_single_value(CONFIGURATION, "access_token", "eyJ-clear")
	frappe.db.set_single_value(CONFIGURATION, "admin_password", "supersecret")
	hide_tokens.execute()
	stored = frappe.db.get_singles_dict(CONFIGURATION)
	assert not stored.access_token
	assert set(stored.admin_password) == {"*"}
	assert get_decrypted_password(CONFIGURATION, CONFIGURATION, "admin_password") == "supersecret"


def test_documents_with_the_same_id_are_told():
	names = [customer("Clinic A").name, customer("Clinic B").name]
	frappe.db.sql_ddl(
		"drop index if exists `tabCustomer_medusa_id_unique`"
	) if frappe.db.db_type == "sqlite" else (
		frappe.db.sql_ddl("alter table `tabCustomer` drop index medusa_id")
	)
	try:
		for name in names:
			frappe.db.set_value("Customer", name, "medusa_id", "cus_twice")
		unique_ids.execute()
		assert frappe.get_all("Customer", {"medusa_id": "cus_twice"}, pluck="name") == names[:1]
		log = frappe.get_last_doc("Error Log")
		assert f"cus_twice: {names[0]} keeps it, {names[1]} lost it" in log.error
	finally:
		frappe.db.commit()
		frappe.db.updatedb("Customer")


def test_custom_fields_of_the_predecessor_are_taken_over_and_unsent_products_queued():
	item = website_item("OLD-1")
	frappe.db.set_value(
		"Website Item", item.name, {"medusa_id": "prod_old", "medusa_variant_id": "variant_old"}
	)
	own = frappe.get_doc("Custom Field", take_over_predecessor.OWN_FIELD)
	threshold = frappe.get_doc("Custom Field", "Website Item-custom_threshold_qty")
	before = threshold.as_dict()
	frappe.db.set_single_value(CONFIGURATION, "enable", 1)
	frappe.clear_document_cache(CONFIGURATION, CONFIGURATION)
	outbox.forget(take_over_predecessor.PRODUCT, item.name)
	frappe.db.delete("Custom Field", {"name": own.name})
	changed = {"hidden": 1, "reqd": 1, "default": "1", "module": None, "mandatory_depends_on": "eval:1"}
	frappe.db.set_value("Custom Field", threshold.name, changed)
	frappe.clear_cache(doctype="Website Item")
	try:
		take_over_predecessor.execute()
		field = frappe.get_meta("Website Item").get_field("custom_threshold_qty")
		assert (field.hidden, field.reqd, field.mandatory_depends_on) == (0, 0, None)
		assert field.default == "1"  # which the site's own items were made with
		assert frappe.db.exists("Custom Field", take_over_predecessor.OWN_FIELD)
		assert outbox.is_queued(take_over_predecessor.PRODUCT, item.name)
		# The predecessor showed no prices from 50 on where the landing page had no threshold.
		assert frappe.db.get_single_value(CONFIGURATION, "price_visibility_threshold") == 50
	finally:
		frappe.db.set_value("Custom Field", threshold.name, {key: before[key] for key in changed})
		frappe.db.commit()
		frappe.clear_cache(doctype="Website Item")


def test_a_field_of_another_type_is_converted():
	name = customer().name
	table = "tabCustomer"
	frappe.db.commit()
	frappe.db.sql_ddl(f"alter table `{table}` add column t_c_old varchar(140)")
	try:
		frappe.db.set_value("Customer", name, "t_c_old", "Yes", update_modified=False)
		older_columns.fit("Customer", [{"fieldname": "t_c_old", "fieldtype": "Check"}])
		assert frappe.db.get_value("Customer", name, "t_c_old") == "1"
	finally:
		frappe.db.commit()
		frappe.db.sql_ddl(f"alter table `{table}` drop column t_c_old")
		frappe.clear_cache()


def test_fields_of_child_tables_that_are_gone_do_not_keep_documents_shut():
	names, party = [], customer().name
	frappe.db.commit()
	for fieldname, fieldtype in (("old_rows", "Table"), ("old_link", "Link")):
		values = {
			"dt": "Customer",
			"fieldname": fieldname,
			"fieldtype": fieldtype,
			"options": "Gone Rows",
			"label": "Old",
		}
		doc = frappe.get_doc({"doctype": "Custom Field", "name": f"Customer-{fieldname}", **values})
		doc.db_insert()
		names.append(doc.name)
	frappe.clear_cache(doctype="Customer")
	try:
		orphan_fields.mend(["Customer"])
		assert not frappe.db.exists("Custom Field", names[0])
		assert frappe.db.get_value("Custom Field", names[1], "fieldtype") == "Data"
		assert "Customer-old_rows: Table of Gone Rows" in frappe.get_last_doc("Error Log").error
		assert frappe.get_doc("Customer", party).name == party
	finally:
		for name in names:
			frappe.db.delete("Custom Field", {"name": name})
		frappe.db.commit()
		frappe.clear_cache(doctype="Customer")


def test_item_groups_get_the_routes_that_the_predecessor_did_not_set():
	item_group("Old Chairs")
	frappe.db.set_value("Item Group", "Old Chairs", "custom_medusa_route", None)
	own = frappe.get_doc("Custom Field", take_over_predecessor.OWN_FIELD)
	frappe.db.delete("Custom Field", {"name": own.name})
	assert by_address("old-chairs") is None
	take_over_predecessor.execute()
	assert by_address("products/old-chairs").name == "Old Chairs"


def test_a_landing_page_with_a_video_without_a_scheme_can_be_saved():
	with landing.kept():
		landing.fill(urls=[{"url": "youtube.com/watch?v=M7lc1UVf-VE"}])
		page = frappe.get_doc("Homepage Landing", "Active Homepage Landing")
		page.delivery_charges = 2
		page.save()
