"""Style sheets and scripts that also fit languages from right to left: a place or an edge is named by the direction of the text."""

import re
from pathlib import Path

import pytest

from tests.site.engine import ROOT

# Classes such as ml-2 and text-right are mirrored by Frappe's own style sheets, inline styles aren't.
FILES = [
	*ROOT.glob("medusa_integration/public/**/*.js"),
	*ROOT.glob("medusa_integration/public/**/*.css"),
	*ROOT.glob("medusa_integration/medusa_integration/**/*.js"),
	*ROOT.glob("medusa_integration/www/*.html"),
	*ROOT.glob("medusa_integration/templates/**/*.html"),
	*ROOT.glob("tools/demo/shop/static/*.css"),
	*ROOT.glob("tools/demo/shop/static/*.html"),
]
PHYSICAL = re.compile(
	r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right)|(?:margin|padding|border)(?:Left|Right)|left|right)\s*:\s*[-\d\"'`.a-z]"
	r"|(?:float|text-align|textAlign|object-position)\s*:\s*[\"']?(?:left|right)|border-(?:top|bottom)-(?:left|right)-radius"
	r"|align=\"(?:left|right)\""
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
EXCEPTIONS = {
	"text-align: right": "only of [dir=rtl], for English words on a page from right to left",
	"object-position: left": "the banners' pictures have their words on the left in each language",
}


def physical(text: str) -> list[str]:
	return [found for found in PHYSICAL.findall(COMMENT.sub("", text)) if found not in EXCEPTIONS]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_side_is_named_left_or_right(path: Path):
	assert physical(path.read_text()) == []


@pytest.mark.parametrize(
	"text",
	[
		"{ margin-left: auto; }",
		"{ left: 0; }",
		'{ position: "sticky", left: 0 }',
		"{ float: left; }",
		'<td align="right">',
		"{ right: -9rem }",
	],
)
def test_a_physical_side_is_seen(text):
	assert physical(text)


@pytest.mark.parametrize(
	"text", ["{ margin-inline-start: auto; }", "{ left_out: 3 }", "{ object-position: left; }"]
)
def test_another_property_is_none(text):
	assert not physical(text)


def test_every_exception_is_needed():
	text = "".join(path.read_text() for path in FILES)
	assert [each for each in EXCEPTIONS if each not in text] == []
