"""ERPNext's rich text as the plain text of Medusa's descriptions and specifications.

Source: docs/reference.md, "Plain text".
"""

import re
from html import unescape

from html2text import HTML2Text

# Tags that Markdown has a sign for and plain text doesn't: they become paragraphs or nothing, by their layout.
AS_PARAGRAPH = {"h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "dl", "dd", "dt"}
AS_NOTHING = {"code", "tt", "kbd", "sup", "sub", "del", "s", "strike", "abbr"}
# Characters that XML or PostgreSQL refuses or a screen can't show; tab and line feed stay.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\ufeff\ufffe\uffff\ud800-\udfff]")

# The entities that Frappe's sanitize_html writes for <, > and & in text.
ESCAPED = re.compile("&(?:lt|gt|amp|quot|nbsp|#39);")
TAG = re.compile("</?[A-Za-z!][^>]*>")


class _PlainText(HTML2Text):
	def __init__(self) -> None:
		super().__init__(bodywidth=0)
		self.unicode_snob = True
		self.ignore_links = self.ignore_images = self.ignore_emphasis = self.ignore_tables = True
		self.ul_item_mark = "-"

	def handle_tag(self, tag, attrs, start):
		if tag in AS_NOTHING:
			return
		if tag in ("td", "th") and not start:
			self.o(" | ")
		super().handle_tag("p" if tag in AS_PARAGRAPH else tag, attrs, start)

	def handle_data(self, data, entity_char=False):
		# html2text leaves characters from an entity as they are, and escapes all other text for Markdown.
		super().handle_data(data, entity_char=True)


def plain_text(html: str | None) -> str:
	"""The text of `html`: entities resolved, tags, scripts and styles gone, lists and paragraphs on lines of
	their own, nothing wrapped, nothing escaped, no control characters. Blank for None.

	    >>> plain_text("<p>Gloves &amp; <b>masks</b></p>")
	    'Gloves & masks'
	"""
	if not html:
		return ""
	text = CONTROL_CHARACTERS.sub("", html.replace("\r", ""))
	text = _PlainText().handle(text) if "<" in text else unescape(text)
	text = CONTROL_CHARACTERS.sub("", text).replace("\u00a0", " ")
	lines = [re.sub(r"[ \t]+", " ", line).strip(" |") for line in text.splitlines()]
	return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def clean(text: str | None) -> str:
	"""One line of plain text, as a title needs it: no control characters, no line breaks."""
	return " ".join(CONTROL_CHARACTERS.sub(" ", text or "").split())


def as_typed(text: str | None) -> str:
	"""One clean line of the text that a user typed into a Data or Small Text field.

	Frappe escapes the text of a value in which it finds a tag (15: "Bolt &lt;M8&gt; &amp; nut"), and stores any other
	value as it is. A document's name is never escaped: Frappe refuses one with < or >.

	    >>> as_typed("Bolt &lt;M8&gt; &amp; nut"), as_typed("5 > 3 &amp; 2")
	    ('Bolt <M8> & nut', '5 > 3 &amp; 2')
	"""
	text = text or ""
	is_raw = bool({"<", ">"}.intersection(text)) and not TAG.search(text)
	return clean(text if is_raw else ESCAPED.sub(lambda found: unescape(found[0]), text))
