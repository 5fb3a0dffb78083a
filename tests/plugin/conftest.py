"""A Medusa with the plugin, beside the session's one. Only v2 has plugins, and the plugin doesn't see ERPNext's database, so
these tests run once: in the lane with SQLite.
"""

import pytest

from tests.plugin.receiver import Receiver

TIMEOUT = 5_000  # milliseconds


def pytest_collection_modifyitems(config, items):
	reason = None
	if config.getoption("--medusa") == "v1":
		reason = "Medusa v2 only: v1 has other plugins"
	elif config.getoption("--db") == "mariadb":
		reason = "the plugin doesn't see ERPNext's database: see the SQLite lane"
	for item in items:
		if reason and "tests/plugin/" in item.nodeid:
			item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def receiver():
	receiver = Receiver()
	yield receiver
	receiver.down()


@pytest.fixture(scope="session")
def plugin_project(receiver):
	from tests.medusa.server import CACHE
	from tests.medusa.with_plugin import WithPlugin
	from tests.support.storefront import SECRET

	options = {"erpUrl": receiver.url, "signingSecret": SECRET, "timeout": TIMEOUT}
	return WithPlugin(CACHE, options)


@pytest.fixture(scope="session")
def plugin_server(plugin_project):
	from tests.medusa.server import Medusa

	with Medusa.start(project=plugin_project) as medusa:
		yield medusa


@pytest.fixture
def shop(plugin_server, receiver):
	"""Medusa with the plugin, its catalogue empty but for a product; the receiver has heard nothing."""
	from tests.support import buying

	receiver.reset()
	plugin_server.wipe()
	buying.product(plugin_server, "G-1", stock=50)
	return plugin_server
