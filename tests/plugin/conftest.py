"""A Medusa with the plugin, beside the session's one. Only v2 has plugins, and the plugin doesn't see ERPNext's database, so
these tests run once: in a lane of their own (tools/lanes.py).
"""

import pytest

from tests.plugin.receiver import Receiver

TIMEOUT = 5_000  # milliseconds
LONGEST = 900  # seconds of a test: the first one waits until packages are installed and the plugin is built


def pytest_collection_modifyitems(config, items):
	is_v1 = config.getoption("--medusa") == "v1"
	for item in items:
		if "tests/plugin/" not in item.nodeid:
			continue
		item.add_marker(pytest.mark.timeout(LONGEST))
		item.add_marker(pytest.mark.plugin)
		if is_v1:
			item.add_marker(pytest.mark.skip(reason="Medusa v2 only: v1 has other plugins"))


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
def built_plugin(plugin_project):
	"""The folder in which `medusa plugin:build` has run."""
	from tests.medusa.session import exclusive

	with exclusive(plugin_project.cache):
		plugin_project.install()
	return plugin_project.built


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
