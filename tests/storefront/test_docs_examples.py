"""The examples of docs/storefront.md work as they are printed, over a real socket."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import frappe
import pytest

import medusa_integration.api  # noqa: F401  (it names them all)
from medusa_integration.storefront.access import ENDPOINTS
from tests.support import factories
from tests.support.served import served
from tests.support.storefront import SECRET, api_key

PAGE = (Path(__file__).parents[2] / "docs" / "storefront.md").read_text()
COMMANDS = {
	"bash": ["bash", "-euo", "pipefail"],
	"js": ["node", "--input-type=module"],
	"python": [sys.executable],
}
NEEDED = {"bash": ("bash", "curl", "openssl"), "js": ("node",), "python": ()}


def example(language: str) -> str:
	(found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
	return found


def run(language: str, url: str, secret: str = SECRET, text: str = "") -> subprocess.CompletedProcess:
	for program in NEEDED[language]:
		if not shutil.which(program):
			pytest.skip(f"{program} isn't installed")
	environment = {"PATH": os.environ["PATH"], "ERPNEXT_URL": url, "SIGNING_SECRET": secret}
	return subprocess.run(
		COMMANDS[language],
		input=text or example(language),
		env=environment,
		capture_output=True,
		text=True,
		timeout=60,
	)


@pytest.mark.parametrize("language", sorted(COMMANDS))
def test_a_signed_request(shop, language):
	customer = factories.customer("Harbour Clinic", medusa_id=None)
	with served() as url:
		for _twice in range(2):
			done = run(language, url)
			assert done.returncode == 0, done.stderr
			reply = json.loads(done.stdout)
			assert reply["message"][0]["name"] == customer.name
			assert reply["total"] == 1
		shown = re.search(r"Each prints[^\n]*\n\n```\n(.*?)\n```", PAGE, re.DOTALL)[1]
		assert sorted(json.loads(shown)["message"][0]) == sorted(reply["message"][0])
		refused = run(language, url, secret="another")
		assert refused.returncode != 0
		assert "401" in refused.stdout + refused.stderr


def test_the_first_request(shop):
	"""Each command of the section, in its order, with the reply that the section shows."""
	factories.customer("Harbour Clinic", medusa_id=None)
	factories.item_group("Products")
	frappe.db.commit()
	section = PAGE.split("## Your first request")[1].split("\n## ")[0]
	make, *commands = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
	shown = re.findall(r"```\n\s*(\{.*?\})\n\s*```", section, re.DOTALL)
	body, other = """body='{"name": "harbour"}'""", """body='{"name": "nobody"}'"""
	signed, token = example("bash"), api_key().removeprefix("token ")
	assert make.strip() == "make serve" and f"SIGNING_SECRET={SECRET} API_TOKEN=" in section
	assert body in signed and other in section
	with served() as url:
		steps = [f"API_TOKEN={token}\n{each}" for each in commands]
		done = [run("bash", url, text=each) for each in (*steps, signed, signed.replace(body, other))]
	assert [each.returncode for each in done] == [0] * 5, done
	menu, refused, keyed, with_signature, nobody = [json.loads(each.stdout) for each in done]
	assert menu["message"]["title"] == "Products"
	assert shown[0].startswith('{"message":{"title":"Products","handle":"products"')
	assert with_signature == keyed
	assert [refused, keyed, nobody] == [json.loads(each) for each in shown[1:]]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_function_is_refused_by_frappe(shop, method):
	assert "A function that doesn't exist" in PAGE
	response = shop.call("get_nothing", method)
	assert response.status_code == 417
	assert "message" not in response.json
	assert {"exc_type", "_server_messages"} <= set(response.json)


def test_the_page_lists_every_function():
	table = PAGE.split("## The functions")[1].split("## Let the server in")[0]
	listed = dict(re.findall(r"^\| `(\w+)` \| ([A-Z, ]+) \|", table, re.MULTILINE))
	assert listed == {name: ", ".join(each.methods) for name, each in ENDPOINTS.items()}


def test_each_code_is_explained():
	from medusa_integration.storefront.replies import codes

	assert set(re.findall(r"^\| (\d{3}) \|", PAGE, re.MULTILINE)) == {str(code) for code in codes()}
	frappe.db.rollback()
