"""The pages of docs/ are the same on GitHub and on the site, and the site has them all (`make docs` builds it).

What needs mkdocs is skipped until `make docs` has installed it.
"""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MKDOCS = ROOT / ".cache/docs/venv/bin/mkdocs"
PAGES = sorted(DOCS.glob("*.md"))
# What a page loads, as against what it links to.
LOADED = re.compile(
	r"""<(?:script|img|iframe|source)[^>]+src=["']?https?:|<link[^>]+href=["']?https?:|url\(["']?https?:"""
)


def lines_outside_code(text: str) -> list[str]:
	return re.sub(r"^( *)```.*?^\1```$", "\n", text, flags=re.DOTALL | re.MULTILINE).splitlines()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_lists_are_lists_on_both(page):
	"""The site's Markdown wants a blank line before a list, and what belongs to an item indented by four."""
	is_item = re.compile(r"(?:[-*]|\d+\.) ").match
	lines = lines_outside_code(page.read_text())
	for before, line in zip(["", *lines], lines):  # noqa: B905
		text = line.lstrip()
		indent = len(line) - len(text)
		if is_item(text):
			assert indent % 4 == 0, line
			assert not before or is_item(before.lstrip()) or before.startswith(" "), line
		elif not before and text:
			assert indent % 4 == 0, line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_in_the_sites_menu(page):
	menu = (ROOT / "mkdocs.yml").read_text().split("\nnav:\n")[1]
	assert re.search(rf"[ :]{re.escape(page.name)}$", menu, re.MULTILINE), (
		f"add {page.name} to mkdocs.yml, nav"
	)


@pytest.fixture
def site(tmp_path):
	"""Builds a site of a copy of the pages; with a line more in one of them. Gives what mkdocs said, and the site's folder."""
	if not MKDOCS.exists():
		pytest.skip("make docs installs mkdocs")
	for name in ("mkdocs.yml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"):
		shutil.copy(ROOT / name, tmp_path)
	for name in ("docs", "tools/docs"):
		shutil.copytree(ROOT / name, tmp_path / name)
	(tmp_path / "tests").mkdir()
	shutil.copy(ROOT / "tests/README.md", tmp_path / "tests")
	(tmp_path / "medusa_integration").mkdir()
	(tmp_path / "medusa_integration/api.py").touch()
	(tmp_path / ".cache").mkdir()
	(tmp_path / ".cache/docs").mkdir()
	(tmp_path / ".cache/docs/node_modules").symlink_to(ROOT / ".cache/docs/node_modules")

	def build(line: str = "", **environment: str) -> tuple[str, Path]:
		with (tmp_path / "docs/install.md").open("a") as page:
			page.write(f"\n{line}\n")
		env = {"NO_MKDOCS_2_WARNING": "1", "PATH": "/usr/bin:/bin", **environment}
		done = subprocess.run([MKDOCS, "build"], cwd=tmp_path, env=env, capture_output=True, text=True)
		return done.stdout + done.stderr, tmp_path / ".cache/docs/site"

	return build


@pytest.mark.slow
def test_the_site_loads_nothing_from_elsewhere(site):
	said, built = site()
	assert "WARNING" not in said and "Documentation built" in said, said
	pages = {page.relative_to(built).as_posix(): page.read_text() for page in built.rglob("*.html")}
	assert {f"{page.stem}.html" for page in PAGES} - {"README.html"} <= set(pages)
	assert {name for name, text in pages.items() if LOADED.search(text)} == set()
	scripts = [path.read_text() for path in built.glob("scripts/*.js")]
	assert len(scripts) == 2
	assert not any("cdn.redoc.ly" in script for script in scripts)
	assert "get_website_items" in pages["api.html"]
	assert (built / "search/search_index.js").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
	"line",
	[
		"[a page](no-such-page.md)",
		"[a heading](configure.md#no-such-heading)",
		"[a file](../no-such-file.md)",
		"![a picture](pictures/no-such.png)",
	],
)
def test_a_broken_link_ends_the_build(site, line):
	said, _built = site(line)
	assert "no-such" in said
	assert "Aborted" in said


@pytest.mark.slow
def test_a_link_to_a_source_leads_to_the_repository(site):
	line = "[the code](../medusa_integration/api.py) and [the changes](../CHANGELOG.md)"
	said, built = site(line, DOCS_SOURCES="https://example.com/blob/main")
	assert "WARNING" not in said and "Documentation built" in said, said
	page = (built / "install.html").read_text()
	assert 'href="https://example.com/blob/main/medusa_integration/api.py"' in page
	assert 'href="project/changes.html"' in page


@pytest.mark.slow
def test_the_page_of_the_api_has_a_command_for_each_call(site):
	"""That a person can run as it is, with what `make serve` prints."""
	_said, built = site()
	text = re.search(r'id="openapi">(.*?)</script>', (built / "api.html").read_text(), re.DOTALL)[1]
	samples = {
		(path.rpartition(".")[2], method): operation["x-codeSamples"][0]["source"]
		for path, methods in json.loads(text)["paths"].items()
		for method, operation in methods.items()
	}
	assert all(each.startswith('curl "$ERPNEXT_URL/api/method/') for each in samples.values())
	assert samples["get_menu", "get"].endswith('.get_menu?parent=Dental"')
	assert "$API_TOKEN" not in samples["get_menu", "post"]
	assert '-H "Authorization: token $API_TOKEN"' in samples["create_quotation", "post"]
	body = shlex.split(samples["create_quotation", "post"])[-1]
	assert json.loads(body)["items"][0]["quantity"] == 2
