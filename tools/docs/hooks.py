"""Hooks of mkdocs: pages that aren't in docs/, the page of the API, and links to files of the repository."""

import json
import posixpath
import re
import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

sys.path.insert(0, str(Path(__file__).parents[2]))  # of the repository
from tools.docs import curl

ROOT = Path(__file__).parents[2]
MODULES = ROOT / ".cache/docs/node_modules"
# Redoc's menu ends with a logo that it loads from a server of its maker's. The page has an empty picture instead.
LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg"
NO_LOGO = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"
# Scripts of npm packages, by their paths in the site.
SCRIPTS = {
	"scripts/redoc.js": "redoc/bundles/redoc.standalone.js",
	"scripts/redoc.js.LICENSE.txt": "redoc/bundles/redoc.standalone.js.LICENSE.txt",
	# With it, search works in a page that is opened from the disk.
	"scripts/iframe-worker.js": "iframe-worker/shim/index.js",
}
# Pages that are elsewhere in the repository, by their paths in the site.
PAGES = {
	"project/about.md": "README.md",
	"project/contributing.md": "CONTRIBUTING.md",
	"project/tests.md": "tests/README.md",
	"project/reporting-a-weakness.md": "SECURITY.md",
	"project/changes.md": "CHANGELOG.md",
}
# The page of the API, which has this file for download, too.
API_SOURCE = "docs/openapi.json"
API = "---\ntemplate: api.html\ntitle: The API\n---\n"
_LINK = re.compile(r"(!?\[[^\[\]]+\])\((?!https?:|#|mailto:)([^)\s#]*)(#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
	"""Add the pages from outside docs/, the API's page and the scripts."""
	for path, source in PAGES.items():
		files.append(File.generated(config, path, abs_src_path=str(ROOT / source)))
	files.append(File.generated(config, "api.md", content=API))
	for path, source in SCRIPTS.items():
		text = (MODULES / source).read_text().replace(LOGO, NO_LOGO)
		files.append(File.generated(config, path, content=text))
	config.extra["openapi"] = _api()
	return files


def _api() -> str:
	"""docs/openapi.json as its page has it: operations are called by their functions' names, and links lead to pages.

	It is a part of the page, since a page that is opened from the disk may not fetch.
	"""
	described = json.loads((ROOT / API_SOURCE).read_text())
	for path, methods in described["paths"].items():
		for method, operation in methods.items():
			operation["description"] = f"{operation['summary']}\n\n{operation['description']}"
			operation["summary"] = path.rpartition(".")[2]
			source = curl.sample(path, method, operation)
			operation["x-codeSamples"] = [{"lang": "Shell", "label": "curl", "source": source}]
	info = described["info"]
	info["description"] = info["description"].replace(".md)", ".html)")
	return json.dumps(described, ensure_ascii=False).replace("</", "<\\/")


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
	"""Links from page to page lead where the site has the page; links to other files to the repository.

	A link to a file that doesn't exist stays as it is, and ends the build.
	"""
	in_site = {source: path for path, source in PAGES.items()} | {API_SOURCE: "api.md"}
	here = PAGES.get(page.file.src_uri, f"docs/{page.file.src_uri}")

	def linked(match: re.Match) -> str:
		text, target, anchor = match[1], match[2], match[3] or ""
		path = posixpath.normpath(posixpath.join(posixpath.dirname(here), target))
		found = in_site.get(path, path.removeprefix("docs/") if path.startswith("docs/") else "")
		if files.get_file_from_path(found):
			start = posixpath.dirname(page.file.src_uri) or "."
			return f"{text}({posixpath.relpath(found, start)}{anchor})"
		if path.startswith("..") or not (ROOT / path).exists():
			return match[0]
		sources = config.extra["sources"]
		return f"{text}({sources}/{path}{anchor})" if sources else text.strip("![]")

	return _LINK.sub(linked, markdown)
