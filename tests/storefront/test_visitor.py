"""By which IP address a visitor's calls are counted."""

import frappe
import pytest
from frappe.utils import set_request

from medusa_integration.patches.set_proxies_in_front import execute
from medusa_integration.storefront import visitor
from tests.storefront.test_access import refused
from tests.support.accounts import Visitor
from tests.support.storefront import configure_storefront

CONFIGURATION, FIELD = "Medusa Configuration", "proxies_in_front"


@pytest.fixture
def address():
	"""Gives the visitor's address for a header and the connection's address."""

	def of(forwarded: str | None, connection: str | None = "10.0.0.1") -> str:
		headers = {"X-Forwarded-For": forwarded} if forwarded else {}
		set_request(method="GET", path="/", headers=headers, environ_base={"REMOTE_ADDR": connection})
		return visitor.address()

	yield of
	if hasattr(frappe.local, "request"):
		del frappe.local.request


def proxies(number: int) -> None:
	configure_storefront(**{FIELD: number})


def test_only_the_sites_own_proxies_are_believed(address):
	proxies(1)
	assert address("203.0.113.7") == "203.0.113.7"
	assert address("1.1.1.1, 203.0.113.7") == "203.0.113.7"  # The first was the visitor's own word.
	assert address(None, "203.0.113.8") == "203.0.113.8"
	proxies(2)
	assert address("1.1.1.1, 203.0.113.7, 10.0.0.2") == "203.0.113.7"
	assert address("203.0.113.7") == "203.0.113.7"  # past the outer proxy
	proxies(0)
	assert address("1.1.1.1", "203.0.113.8") == "203.0.113.8"


def test_only_an_address_that_can_be_read_counts(address):
	proxies(1)
	for text, read in (
		("203.0.113.7:4711", "203.0.113.7"),
		("[2001:db8::1]:443", "2001:db8::1"),
		("2001:DB8:0::1", "2001:db8::1"),
		("::ffff:203.0.113.7", "203.0.113.7"),
		("fe80::1%<script>", "fe80::1"),
		("<img src=x onerror=alert(1)>", "10.0.0.1"),
		("unknown", "10.0.0.1"),
		("203.0.113.7,", "10.0.0.1"),
		("203.0.113.007", "10.0.0.1"),
		("x" * 10_000, "10.0.0.1"),
		("127.1", "10.0.0.1"),
	):
		assert address(text) == read, text
	assert address("unknown", "unix:") == visitor.UNKNOWN == visitor.network(visitor.UNKNOWN)
	assert len(visitor.parsed("2001:db8:1111:2222:3333:4444:203.113.113.113")) <= 45


def test_the_network_of_an_address_is_counted(address):
	proxies(1)
	assert visitor.network("2001:db8:1:2:3:4:5:6") == visitor.network("2001:db8:1:2::1") == "2001:db8:1:2::"
	assert visitor.network("203.0.113.7") == "203.0.113.7"
	assert visitor.network("") == ""
	address("2001:db8:1:2::1")
	assert visitor.counted_by() == "2001:db8:1:2::"
	assert visitor.counted_by("::ffff:203.0.113.7") == "203.0.113.7"
	for no_address in (None, "", "shop", 5, ["203.0.113.7"]):
		assert visitor.counted_by(no_address) == "2001:db8:1:2::"


def test_a_visitor_cannot_choose_the_address_that_is_counted(shop):
	"""Behind a proxy that adds to the header; Frappe believes the first element."""
	proxies(1)
	codes = [
		Visitor("10.0.0.1", **{"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.7"})
		.call("send_otp", email=f"{number}@clinic.example")
		.status_code
		for number in range(3)
	]
	assert codes == [200, 429, 429]


def test_a_configuration_from_before_the_setting_has_a_proxy_in_front():
	configure_storefront()
	frappe.db.delete("Singles", {"doctype": CONFIGURATION, "field": FIELD})
	execute()
	assert frappe.db.get_single_value(CONFIGURATION, FIELD) == 1
	frappe.db.set_single_value(CONFIGURATION, FIELD, 0)
	execute()
	assert frappe.db.get_single_value(CONFIGURATION, FIELD) == 0


def test_the_setting_is_on_in_a_new_configuration():
	assert frappe.get_meta(CONFIGURATION).get_field(FIELD).default == "1"
	assert frappe.db.get_single_value(CONFIGURATION, FIELD) == 1


def test_a_named_visitor_has_to_be_an_address(shop):
	assert "must be an IP address" in refused(shop.call("login", email="a@b.example", visitor_ip="x"), 400)
