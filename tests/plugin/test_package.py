"""The plugin's package is one that Medusa takes, and what its build made."""

import json
from pathlib import Path

import pytest

from tests.medusa.with_plugin import NAME, PLUGIN

HERE = Path(__file__).parents[1] / "medusa"
PACKAGE = json.loads((PLUGIN / "package.json").read_text())


def test_it_says_what_it_is():
	assert PACKAGE["name"] == NAME
	assert {"medusa-v2", "medusa-plugin-integration", "medusa-plugin-other"} <= set(PACKAGE["keywords"])
	assert PACKAGE["license"] == "MIT"
	assert (PLUGIN / "LICENSE").read_text() == (PLUGIN.parent / "license.txt").read_text()
	assert not PACKAGE.get("dependencies")


@pytest.mark.parametrize("project", ["v2", "plugin"])
def test_it_is_built_with_the_versions_of_the_tests(project):
	used = json.loads((HERE / project / "package.json").read_text())["dependencies"]
	ours = PACKAGE["devDependencies"]
	shared = used.keys() & ours.keys()
	assert shared
	assert {name: used[name] for name in shared} == {name: ours[name] for name in shared}


def test_what_others_import_was_built(plugin_server, plugin_project):
	admin = PACKAGE["exports"]["./admin"]
	for file in (*admin.values(), "./.medusa/server/src/modules/erpnext/index.js"):
		assert (plugin_project.built / file).is_file(), file
	widget = (plugin_project.built / admin["import"]).read_text()
	assert '"order.details.side.before"' in widget
	assert "/admin/erp/orders/" in widget
