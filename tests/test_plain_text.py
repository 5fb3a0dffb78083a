"""Rich text becomes plain text as a person would type it, and handles are unique."""

import frappe
import pytest

from medusa_integration.medusa.handles import handle
from medusa_integration.plain_text import as_typed, clean, plain_text

PLAIN = [
	("<p>Gloves &amp; <b>masks</b></p>", "Gloves & masks"),
	("<p>one</p><p>two</p>", "one\n\ntwo"),
	("a<br>b", "a\nb"),
	("<ul><li>one &eacute;</li><li>two</li></ul>", "- one é\n- two"),
	("<ol><li>x</li><li>y</li></ol>", "1. x\n2. y"),
	("<script>alert(1)</script><style>a{}</style>hi", "hi"),
	("<h2>Title</h2>1. foo - bar * x_y_z [a](b) \\ # no", "Title\n\n1. foo - bar * x_y_z [a](b) \\ # no"),
	("<p>1. One</p><p>- dash</p><p>+ plus</p>", "1. One\n\n- dash\n\n+ plus"),
	("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a | b\n1 | 2"),
	('<div class="ql-editor read-mode"><p>x</p><p><br></p><p>y</p></div>', "x\n\ny"),
	("<p>&lt;b&gt;no&lt;/b&gt; 5 &lt; 6</p>", "<b>no</b> 5 < 6"),
	('<a href="http://x">link</a> <img src="x" alt="pic">', "link"),
	("<p>a &nbsp; b</p>", "a b"),
	("H<sub>2</sub>O <del>x</del> <code>c</code>", "H2O x c"),
	("no tags\nsecond &amp; line", "no tags\nsecond & line"),
	("x\x00y\x07z", "xyz"),
	("<p>unclosed <b>b", "unclosed b"),
	("<p>" + "word " * 60 + "</p>", ("word " * 60).strip()),
	("<p><br></p>", ""),
	("قفازات &amp; كمامات", "قفازات & كمامات"),
	(None, ""),
]


@pytest.mark.parametrize(("html", "text"), PLAIN)
def test_plain_text(html, text):
	assert plain_text(html) == text


def test_a_title_is_one_clean_line():
	assert clean(" a\x00b\n c\t ") == "a b c"


@pytest.mark.parametrize(
	("stored", "typed"),
	[
		("Bolt &lt;M8&gt; &amp; nut", "Bolt <M8> & nut"),
		("<b>Bolt</b> &amp; nut", "<b>Bolt</b> & nut"),
		("5 > 3 & 2 < 4", "5 > 3 & 2 < 4"),
		("5 > 3 &amp; 2", "5 > 3 &amp; 2"),  # no tag: stored as it is
		("&amp;lt; &lt;M8&gt;", "&lt; <M8>"),  # once
		("R&D &eacute; &copy 2", "R&D &eacute; &copy 2"),
		(" a\n&nbsp;b ", "a b"),
		(None, ""),
	],
)
def test_a_name_is_what_the_user_typed(stored, typed):
	assert as_typed(stored) == typed


@pytest.mark.parametrize("typed", ["Nut & <b>bolt</b>", "R&D", "a < b & c", "5 > 3 &amp; 2"])
def test_a_name_survives_frappes_filter(typed):
	"""That of the installed Frappe: 15 escapes a tag that it doesn't know, 16 drops it."""
	doc = frappe.get_doc({"doctype": "Website Item", "web_item_name": typed})
	doc._sanitize_content()
	assert as_typed(doc.web_item_name) == typed


def test_handles_are_readable_and_never_shared():
	assert handle("Nitrile Gloves, Ø 5", "WEB-ITM-0001") == "nitrile-gloves-5-web-itm-0001"
	names = ["A/1", "A-1", "a 1", "قفازات", "كمامات"]
	handles = [handle("", name) for name in names]
	assert len(set(handles)) == len(names)
	assert all(each.isascii() and each == each.strip("-") and each for each in handles)
