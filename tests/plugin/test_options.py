"""The plugin's options in medusa-config are checked when Medusa starts."""

import json
import subprocess

import pytest

from tests.support.storefront import SECRET

# In one process: to load Medusa's packages takes a second.
CHECK = """
const { checkOptions } = require(process.argv[1])
const check = (options) => {
	try {
		return checkOptions(options ?? undefined)
	} catch (error) {
		return error.message
	}
}
console.log(JSON.stringify(JSON.parse(process.argv[2]).map(check)))
"""
URL = "https://erp.example.com"
FINE = {"erpUrl": URL, "signingSecret": SECRET}
ACCEPTED = (
	(FINE, {**FINE, "timeout": 5000}),
	(
		{**FINE, "erpUrl": "http://127.0.0.1:8000/"},
		{**FINE, "erpUrl": "http://127.0.0.1:8000", "timeout": 5000},
	),
	({**FINE, "timeout": 100, "database": {}}, {**FINE, "timeout": 100}),
)
REFUSED = (
	(None, "erpUrl is missing"),
	({}, "signingSecret is missing"),
	({**FINE, "erpUrl": "erp.example.com"}, "erpUrl is no URL"),
	({**FINE, "erpUrl": "ftp://erp.example.com"}, "https:// or http://"),
	({**FINE, "erpUrl": "https://a:b@erp.example.com"}, "a user or a password"),
	({**FINE, "erpUrl": f"{URL}/app"}, "without a path"),
	({**FINE, "erpUrl": f"{URL}?x=1"}, "without a path"),
	({**FINE, "signingSecret": f"{SECRET}\n"}, "signingSecret must not begin or end"),
	({**FINE, "signingSecret": 5}, "signingSecret is missing"),
	({**FINE, "timeout": 0}, "timeout has to be"),
	({**FINE, "timeout": "5000"}, "timeout has to be"),
	({**FINE, "timeout": 1e9}, "timeout has to be"),
)


def checked(built, cases: tuple) -> list:
	file = built / ".medusa" / "server" / "src" / "modules" / "erpnext" / "options.js"
	argv = ["node", "-e", CHECK, str(file), json.dumps([options for options, _result in cases])]
	return json.loads(subprocess.run(argv, capture_output=True, text=True, check=True, timeout=120).stdout)


def test_options_that_are_fine(built_plugin):
	assert checked(built_plugin, ACCEPTED) == [result for _options, result in ACCEPTED]


def test_options_that_are_refused(built_plugin):
	for message, (options, words) in zip(checked(built_plugin, REFUSED), REFUSED, strict=True):
		assert words in message, options
		assert "medusa-config" in message
		assert SECRET not in message


def test_medusa_does_not_start_with_wrong_ones(plugin_project):
	from tests.medusa.server import Medusa

	before = plugin_project.options
	plugin_project.options = {"erpUrl": "", "signingSecret": ""}
	try:
		with pytest.raises(RuntimeError, match="erpUrl is missing"):
			Medusa.start(project=plugin_project)
	finally:
		plugin_project.options = before
