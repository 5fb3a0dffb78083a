"""The operators' pages are read at first sight: short sentences, and every page is in the index."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
LONGEST = 35  # words
OPERATORS = (
	"install", "configure", "link-existing-shop", "storefronts", "switch", "security", "privacy", "backup-and-size", "upgrade", "versions",
	"command-line", "operate", "troubleshoot", "what-goes-where", "variants", "prices", "customers", "orders", "landing-page",
)  # fmt: skip
# A sentence ends here, and a cell of a table, an item of a list and a paragraph too.
END = re.compile(r"(?<=[.:!?;])\s+|\n\s*\n|\n\s*(?:[-*]|\d+\.)\s+|\s\|\s|\|\n\|?")


def sentences(text: str) -> list[str]:
	text = re.sub(r"^\s*```.*?^\s*```", "", text, flags=re.DOTALL | re.MULTILINE)
	text = re.sub(r"<[^>]*>|!?\[([^\]]*)\]\([^)]*\)|`([^`]*)`|[*_]{1,2}", lambda m: m[1] or m[2] or "", text)
	return [" ".join(part.split()) for part in END.split(text)]


@pytest.mark.parametrize("page", OPERATORS)
def test_no_sentence_is_too_long(page):
	text = (DOCS / f"{page}.md").read_text()
	assert [each for each in sentences(text) if len(each.split()) > LONGEST] == []


def test_the_index_has_every_page():
	index = (DOCS / "README.md").read_text()
	pages = {path.name for path in DOCS.glob("*.md")} - {"README.md"}
	assert {page for page in pages if f"]({page})" not in index} == set()


def test_a_link_leads_to_a_page_and_a_heading():
	lost = []
	for path in DOCS.glob("*.md"):
		for target in re.findall(r"\]\(([\w./-]+\.md(?:#[^)\s]*)?|#[^)\s]*)\)", path.read_text()):
			name, _hash, anchor = target.partition("#")
			file = (path.parent / name) if name else path
			if not file.is_file() or (anchor and anchor not in anchors(file)):
				lost.append(f"{path.name}: {target}")
	assert lost == []


def anchors(path: Path) -> set[str]:
	"""The ids of a page's headings, as GitHub makes them, and those that the page writes itself."""
	text = path.read_text()
	headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
	plain = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)
	return {*plain, *re.findall(r'<a id="([^"]+)"', text)}
