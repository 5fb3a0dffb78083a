"""Texts of customers: no tag is left, also after a decoding, and what they say stays readable."""

import re
from html import unescape

import pytest
from frappe.utils.jinja import render_template

from medusa_integration import texts

pytestmark = pytest.mark.slow

TAG = re.compile("[<>]")
REFERENCES = (
	"&lt;", "&LT;", "&lt", "&ltimg", "&#60;", "&#060", "&#0060;", "&#x3c;", "&#X3C", "&#x003C;", "&nvlt;", "&gt;", "&GT",
	"&#62;", "&#x3e;", "&amp;lt;", "&amp;#60;", "&ampamp;lt;", "&#38;lt;", "&#x26;lt;", "&amp;amp;amp;lt;", "&amp;&lt;",
	"&\u202elt;", "<&lt;>",
)  # fmt: skip


@pytest.mark.parametrize("function", [texts.one_line, texts.several_lines])
@pytest.mark.parametrize("reference", REFERENCES)
def test_no_decoding_makes_a_tag(function, reference):
	text = function(f"a{reference}img src=x onerror=alert(1)&gt;")
	for _times in range(6):
		assert not TAG.search(text)
		text = unescape(text)


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{%if 1%}a{%endif%}", "{{{7*7}}}", "{# a #}", "a {"])
def test_no_text_is_a_template(text):
	kept = texts.one_line(text)
	assert render_template(f"{kept}{kept}", {}, is_path=False) == f"{kept}{kept}"
	assert kept.replace("｛", "{") == text


def test_what_a_customer_writes_stays_readable():
	assert texts.one_line("I <3 this, 5 > 4 & more") == "I ‹3 this, 5 › 4 & more"
	assert texts.one_line("Fish &amp; chips, AT&T, a&b;c, &copy; &#600; &#x3ca;") == (
		"Fish &amp; chips, AT&T, a&b;c, &copy; &#600; &#x3ca;"
	)
	assert texts.one_line("  عيادة \u200f🦷 👩‍⚕️\r\n two\x00\x07lines\u2028  \ud800end ") == (
		"عيادة \u200f🦷 👩‍⚕️ two lines end"
	)
	assert texts.several_lines(" One \r\n two\x0bthree\n\n four\t<b> ") == "One\n two\nthree\n\n four ‹b›"
	assert texts.one_line("\u202a+968 9123\u202c \u202eevil\u2066") == "+968 9123 evil"
	assert texts.one_line("x" * 5, 3) == "xxx"
	assert texts.one_line(None) == texts.several_lines(None) == texts.escaped(None) == ""


@pytest.mark.parametrize("text", ["I <3 this", "a &lt;b&gt; <b>", "a & b\n{{ 7*7 }}", "&amp;lt; ‹"])
def test_made_harmless_twice_is_the_same(text):
	for function in (texts.one_line, texts.several_lines):
		assert function(function(text)) == function(text)


def test_escaped_text_is_given_back():
	text = "<script>alert(1)</script> 5 < 6 & <b>"
	assert not TAG.search(texts.escaped(text))
	assert texts.unescaped(texts.escaped(text)) == text
	assert texts.escaped("&lt;b&gt;") == "＆lt;b＆gt;"
	for longest in range(12):  # no reference is cut in two
		assert re.fullmatch("a*(&lt;)*", texts.escaped("aaa<<", longest))


@pytest.mark.parametrize(
	("given", "kept"),
	[
		("https://post.example/t?n=1&c=OM#a", "https://post.example/t?n=1&c=OM#a"),
		("HTTPS://x/%20/ü", "HTTPS://x/%20/%C3%BC"),
		("https://x/<img src=\"a\" onerror='b'>", "https://x/%3Cimg%20src=%22a%22%20onerror=%27b%27%3E"),
		("https://x/&lt;img&gt;", "https://x/%26lt;img%26gt;"),
		("javascript:alert(1)//http://", ""),
		("post.example", ""),
		("https://x/" + "y" * 100, ""),
		(None, ""),
	],
)
def test_web_addresses(given, kept):
	assert texts.web_address(given, 80) == kept
