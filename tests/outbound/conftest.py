"""What the tests about stock share. Loaded before there is a Frappe."""

import pytest


@pytest.fixture
def shelf(medusa):
	"""A warehouse below another one; the shop sells what is in both."""
	import frappe

	from tests.support.factories import warehouse

	group = warehouse("Web", is_group=1)
	return frappe._dict(group=group, here=warehouse("Web Shelf", group), away=warehouse("Elsewhere"))
