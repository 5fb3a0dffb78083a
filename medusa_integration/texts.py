"""Texts that a customer may have written, made harmless before they are stored.

Frappe shows many fields as HTML without escaping them: forms, grids, print views, e-mails and PDFs. Its own sanitising keeps
tags such as `<img>`, and leaves out submitted documents, single values and rows that are inserted alone. So these functions
leave no text that HTML could take for a tag, or Jinja for a template, whichever way it is stored.

Source: docs/reference.md, "Texts of customers".
"""

import re
import unicodedata
from urllib.parse import quote

# Characters that reverse the display order of the text after them, up to the end of the line.
_TURNING = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_BRACKETS = str.maketrans("<>", "‹›")
# An ampersand that begins a character reference to < or >, directly or after further decodings (`&amp;lt;`).
_REFERENCE = re.compile(
	r"&(?=(?:amp;?|#0*38;?|#x0*26;?)*(?:(?:nv)?[lg]t|#0*6[02](?![0-9])|#x0*3[ce](?![0-9a-f])))", re.IGNORECASE
)
# Frappe 16 renders a mail of an HTML template a second time, with the texts of the first (`raw_html`).
_TEMPLATE = re.compile(r"\{(?=[{%#]|$)")
_CUT_REFERENCE = re.compile("&(?:[lg]t?)?$")
_IN_URLS = "%/:=&?~#+!$,;@()*[]|"


def one_line(text: str | None, longest: int | None = None) -> str:
	"""A text for a field of one line: control characters, line breaks and runs of spaces become one space.

	    >>> one_line("I <3 this,\\n5 > 4 &lt;b&gt;")
	    'I ‹3 this, 5 › 4 ＆lt;b＆gt;'

	:param longest: characters; the rest is cut off
	"""
	words = " ".join(_plain(text or "").split())
	return _inert(words[:longest].strip()).translate(_BRACKETS)


def several_lines(text: str | None) -> str:
	"""A text for a field of several lines, as `one_line` otherwise."""
	return _lines(text).translate(_BRACKETS)


def escaped(text: str | None, longest: int | None = None) -> str:
	"""As `several_lines`, but with `&lt;` and `&gt;`, for a field that a reader gets back by `unescaped`.

	:param longest: characters, of the escaped text
	"""
	whole = _lines(text).replace("<", "&lt;").replace(">", "&gt;")
	return whole if longest is None or len(whole) <= longest else _CUT_REFERENCE.sub("", whole[:longest])


def unescaped(text: str | None) -> str:
	"""The text before `escaped` replaced `<` and `>`."""
	return (text or "").replace("&lt;", "<").replace("&gt;", ">")


def web_address(text: str | None, longest: int) -> str:
	"""An http(s) address in printable ASCII, without quotes and angle brackets; "" for any other text, and for one that is
	longer than `longest` characters."""
	address = without_turning(text or "").strip()
	if not address.lower().startswith(("http://", "https://")):
		return ""
	safe = _REFERENCE.sub("%26", quote(address, safe=_IN_URLS, errors="replace"))
	return safe if len(safe) <= longest else ""


def without_turning(text: str) -> str:
	"""The text without the characters that reverse the direction of writing. Phones add them to copied
	numbers."""
	return text.translate(_TURNING)


def is_control(sign: str) -> bool:
	"""Whether a character is a control character, or half of a surrogate pair, which a database refuses."""
	return unicodedata.category(sign) in ("Cc", "Cs")


def _plain(text: str) -> str:
	return "".join(" " if is_control(sign) else sign for sign in without_turning(text))


def _lines(text: str | None) -> str:
	lines = (_plain(line).rstrip() for line in (text or "").splitlines())
	return _inert("\n".join(lines).strip())


def _inert(text: str) -> str:
	"""The text with look-alikes in character references to < or > and in beginnings of templates: Frappe
	decodes some texts before it shows them as HTML."""
	return _TEMPLATE.sub("｛", _REFERENCE.sub("＆", text))
