"""The plugin's package is one that Medusa takes, and what its build made."""

import json
import subprocess
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


def test_what_others_import_was_built(built_plugin):
	admin = PACKAGE["exports"]["./admin"]
	for file in (*admin.values(), "./.medusa/server/src/modules/erpnext/index.js"):
		assert (built_plugin / file).is_file(), file
	widget = (built_plugin / admin["import"]).read_text()
	assert '"order.details.side.before"' in widget
	assert "/admin/erp/orders/" in widget


def test_the_package_has_all_that_a_shop_needs_and_no_sources(built_plugin):
	"""What `make plugin` packs."""
	done = subprocess.run(
		["npm", "pack", "--dry-run", "--json"], cwd=built_plugin, capture_output=True, text=True, check=True
	)
	files = {each["path"] for each in json.loads(done.stdout)[0]["files"]}
	needed = [path for each in PACKAGE["exports"].values() for path in _paths(each)]
	assert {path.removeprefix("./") for path in needed} <= files
	assert all(path.startswith((".medusa/server/", "package.json")) for path in files)


def _paths(export: str | dict) -> list[str]:
	return [export] if isinstance(export, str) else list(export.values())
