"""What the kinds declare is what the site has: the outbox's options, fields that only the integration writes."""

import frappe
import pytest

from medusa_integration.sync.kinds import (
	OF_WEBSITE_ITEMS,
	OUTBOX_KINDS,
	UNIQUE_FIELDS,
	WRITTEN_FIELDS,
	outbox_kind,
)


def test_the_outbox_offers_the_kinds():
	field = frappe.get_meta("Medusa Outbox").get_field("kind")
	assert field.options.split("\n") == [kind.name for kind in OUTBOX_KINDS]


def test_a_kind_is_found_by_its_name():
	assert [outbox_kind(kind.name) for kind in OUTBOX_KINDS] == list(OUTBOX_KINDS)


@pytest.mark.parametrize(
	("doctype", "field"), [(doctype, field) for doctype, fields in WRITTEN_FIELDS.items() for field in fields]
)
def test_what_the_integration_writes_is_read_only(doctype, field):
	assert frappe.get_meta(doctype).get_field(field).read_only


@pytest.mark.parametrize(
	("doctype", "field"), [(doctype, field) for doctype, fields in UNIQUE_FIELDS.items() for field in fields]
)
def test_ids_are_unique(doctype, field):
	assert frappe.get_meta(doctype).get_field(field).unique


def test_what_is_kept_of_a_website_item_is_among_what_is_written():
	assert {kind.state_field for kind in OF_WEBSITE_ITEMS} <= {*WRITTEN_FIELDS["Website Item"]}
