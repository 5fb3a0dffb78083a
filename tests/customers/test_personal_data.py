"""A person asks for its data, or to be forgotten: Frappe's Personal Data Download Request and Personal Data Deletion Request know what
the shop's visitors leave behind.
"""

import json

import frappe
import pytest
from frappe.website.doctype.personal_data_download_request.personal_data_download_request import get_user_data

from tests.support import factories
from tests.support.storefront import configure_storefront

EMAIL, OTHER = "forget.me@example.com", "stays@example.com"
NAME = "Zubaida Forgetme"


@pytest.fixture
def person():
	"""Somebody who signed up, reviewed, wished, voted, wrote to the shop and ordered; and another one beside."""
	configure_storefront()
	item = factories.website_item("G-1")
	for id, email, name in (("cus_1", EMAIL, NAME), ("cus_2", OTHER, "Omar Stays")):
		lead = factories.lead(name, email_id=email, mobile_no="+96891234567")
		lead.db_set({"medusa_id": id, "medusa_copied_values": json.dumps({"email": email})})
		company = factories.customer(f"Clinic of {id}", medusa_id=f"{id}_c", email_id=email)
		company.db_set({"mobile_no": "+96891234567", "medusa_copied_values": json.dumps({"name": name})})
		row = {"parenttype": "Website Item", "parent": item.name}
		review = {**row, "parentfield": "custom_review", "medusa_id": id, "name1": name, "review": "Mine"}
		frappe.get_doc({"doctype": "Website Item Review", "rating": 0.8, **review}).db_insert()
		wish = {**row, "parentfield": "custom_medusa_wishlist", "medusa_customer_id": id}
		frappe.get_doc({"doctype": "Medusa Wishlist", **wish}).db_insert()
		vote = {"doctype": "Medusa Review Vote", "review": "r", "medusa_customer_id": id, "vote": "Like"}
		frappe.get_doc(vote).insert(set_name=f"vote-{id}")
		code = {"doctype": "Email OTP", "email": email, "medusa_id": id, "ip": "203.0.113.7"}
		frappe.get_doc(code).insert(ignore_permissions=True)
		contact = {"type": "Inspection", "first_name": name, "email": email, "mobile_no": "+96891234567"}
		frappe.get_doc({"doctype": "Opportunity Contact", **contact}).insert(ignore_permissions=True)
		log = {
			"method": "POST",
			"url": "/admin/orders",
			"payload": json.dumps({"name": name, "email": email}),
		}
		frappe.get_doc({"doctype": "Medusa Request Log", **log}).db_insert()
	# As docs/privacy.md says: a user for the request, after the shop has made its documents.
	frappe.get_doc(
		{
			"doctype": "User",
			"email": EMAIL,
			"first_name": "Zubaida",
			"last_name": "Forgetme",
			"send_welcome_email": 0,
		}
	).insert(ignore_permissions=True)
	frappe.db.commit()
	return item


def forget() -> None:
	request = frappe.get_doc({"doctype": "Personal Data Deletion Request", "email": EMAIL})
	request.flags.ignore_permissions = True
	request.after_insert = lambda: None  # the mail by which the person confirms
	request.insert()
	request.status = "Pending Approval"
	request.save()
	request._anonymize_data()
	frappe.db.commit()


def values_of(doctype: str) -> str:
	return json.dumps(frappe.get_all(doctype, fields=["*"]), default=str)


def test_a_person_gets_its_data(person):
	data = json.loads(get_user_data(EMAIL))
	assert {"Lead", "Opportunity Contact", "Email OTP"} <= set(data)
	assert NAME in json.dumps(data)
	assert OTHER not in json.dumps(data)


def test_a_person_is_forgotten_and_another_one_stays(person):
	forget()
	for doctype in (
		"Lead",
		"Customer",
		"Opportunity Contact",
		"Email OTP",
		"Medusa Request Log",
		"Website Item Review",
	):
		left = values_of(doctype)
		assert NAME not in left and EMAIL not in left, doctype
		assert "Omar Stays" in left or OTHER in left, doctype
	for doctype, field in (
		("Website Item Review", "medusa_id"),
		("Medusa Wishlist", "medusa_customer_id"),
		("Medusa Review Vote", "medusa_customer_id"),
	):
		assert [id for id in frappe.get_all(doctype, pluck=field) if id] == ["cus_2"], doctype
	mobiles = frappe.get_all(
		"Customer", {"name": ("like", "Clinic of cus_%")}, pluck="mobile_no", order_by="name"
	)
	assert mobiles == [None, "+96891234567"]
	assert [row for row in frappe.get_all("Contact", pluck="name") if "Zubaida" in row] == []
	assert EMAIL not in values_of("Contact") + values_of("Contact Email")
	# The stars stay: they are part of the product's rating.
	assert frappe.get_all("Website Item Review", pluck="rating") == [0.8, 0.8]
	copies = dict(frappe.get_all("Lead", fields=["medusa_id", "medusa_copied_values"], as_list=True))
	assert copies == {"cus_1": None, "cus_2": json.dumps({"email": OTHER})}


def test_a_request_that_waits_changes_nothing(person):
	request = frappe.get_doc({"doctype": "Personal Data Deletion Request", "email": EMAIL})
	request.after_insert = lambda: None
	request.insert(ignore_permissions=True)
	frappe.db.commit()
	assert len(frappe.get_all("Medusa Wishlist")) == 2
	assert NAME in values_of("Website Item Review")


def test_each_field_to_redact_is_there():
	"""Frappe prints a field that is missing, and goes on."""
	for entry in frappe.get_hooks("user_data_fields", app_name="medusa_integration"):
		meta = frappe.get_meta(entry["doctype"])
		fields = [*entry.get("redact_fields", ()), *filter(None, [entry.get("filter_by")])]
		missing = [field for field in fields if not meta.has_field(field)]
		assert missing == [] or entry["doctype"] in ("Lead", "Customer"), entry["doctype"]
