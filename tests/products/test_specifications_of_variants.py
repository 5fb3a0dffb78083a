"""The colours of a template's variants are filters of its product as long as that sells them."""

import frappe
from frappe.utils.background_jobs import get_job, is_job_enqueued

from medusa_integration.products import specifications
from tests.support.factories import configure, website_item
from tests.support.options import shirts


def _colours(name: str) -> list[str]:
	return sorted(specifications.of_items([name])[name].get("colour", []))


def _save(name: str, **values) -> None:
	frappe.get_doc("Website Item", name).update(values).save()
	frappe.db.commit()


def _become(medusa, value: str) -> None:
	configure(medusa, variants_become=value)
	frappe.db.commit()
	assert is_job_enqueued(specifications.JOB_ID)
	get_job(specifications.JOB_ID).delete()
	specifications.refill_templates()


def test_a_change_of_the_setting_moves_the_colours(medusa):
	page = shirts()
	assert _colours(page.name) == ["Blue", "Red"]
	_become(medusa, "Products of their own")
	assert _colours(page.name) == []
	_become(medusa, "Options of one product")
	assert _colours(page.name) == ["Blue", "Red"]


def test_publishing_moves_the_colours(medusa):
	page = shirts()
	_save(page.name, published=0)
	assert _colours(page.name) == []
	_save(page.name, published=1)
	assert _colours(page.name) == ["Blue", "Red"]
	own = website_item("SHIRT-L-BLUE", variant_of="SHIRT")
	_save(own.name, published=0)
	assert _colours(page.name) == ["Red"]
	_save(own.name, published=1)
	assert _colours(page.name) == ["Blue", "Red"]
