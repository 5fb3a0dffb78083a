"""The plugin's options in medusa-config are checked when Medusa starts."""

import json
import subprocess

import pytest

from tests.support.storefront import SECRET

CHECK = """
const { checkOptions } = require(process.argv[1])
try {
	console.log(JSON.stringify(checkOptions(JSON.parse(process.argv[2]))))
} catch (error) {
	console.log(JSON.stringify(error.message))
}
"""
FINE = {"erpUrl": "https://erp.example.com", "signingSecret": SECRET}


def checked(project, options: dict | None):
	file = project.built / ".medusa" / "server" / "src" / "modules" / "erpnext" / "options.js"
	argv = ["node", "-e", CHECK, str(file), json.dumps(options)]
	return json.loads(subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stdout)


@pytest.mark.parametrize(
	("options", "result"),
	[
		(FINE, {**FINE, "timeout": 5000}),
		(
			{**FINE, "erpUrl": "http://127.0.0.1:8000/"},
			{**FINE, "erpUrl": "http://127.0.0.1:8000", "timeout": 5000},
		),
		({**FINE, "timeout": 100, "database": {}}, {**FINE, "timeout": 100}),
	],
)
def test_options_that_are_fine(plugin_server, plugin_project, options, result):
	assert checked(plugin_project, options) == result


@pytest.mark.parametrize(
	("options", "words"),
	[
		(None, "erpUrl is missing"),
		({}, "signingSecret is missing"),
		({**FINE, "erpUrl": "erp.example.com"}, "erpUrl is no URL"),
		({**FINE, "erpUrl": "ftp://erp.example.com"}, "https:// or http://"),
		({**FINE, "erpUrl": "https://a:b@erp.example.com"}, "a user or a password"),
		({**FINE, "erpUrl": "https://erp.example.com/app"}, "without a path"),
		({**FINE, "erpUrl": "https://erp.example.com?x=1"}, "without a path"),
		({**FINE, "signingSecret": f"{SECRET}\n"}, "signingSecret must not begin or end"),
		({**FINE, "signingSecret": 5}, "signingSecret is missing"),
		({**FINE, "timeout": 0}, "timeout has to be"),
		({**FINE, "timeout": "5000"}, "timeout has to be"),
		({**FINE, "timeout": 1e9}, "timeout has to be"),
	],
)
def test_options_that_are_refused(plugin_server, plugin_project, options, words):
	message = checked(plugin_project, options)
	assert words in message
	assert "medusa-config" in message
	assert SECRET not in message


def test_medusa_does_not_start_with_wrong_ones(plugin_server, plugin_project):
	from tests.medusa.server import Medusa

	before = plugin_project.options
	plugin_project.options = {"erpUrl": "", "signingSecret": ""}
	try:
		with pytest.raises(RuntimeError, match="erpUrl is missing"):
			Medusa.start(project=plugin_project)
	finally:
		plugin_project.options = before
