"""Searching the products of the shop: words, typing errors, and the order of what is found.

Source: docs/reference.md, "Pages of the catalogue".
"""

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches

import frappe
from pypika import Table
from pypika.terms import Criterion

MOST_WORDS = 8
SHORTEST = 4  # letters of a word that is corrected
LIKENESS = 0.75  # of a word to the one that it is corrected to, as difflib measures it
_WORD = re.compile(r"[^\W_]+")
TITLES = ("web_item_name", "item_code", "brand", "item_group")
TEXTS = ("short_description", "web_long_description")
# Words of HTML, which descriptions have in their tags.
_MARKUP = {
	"br", "class", "color", "div", "em", "font", "height", "href", "img", "li", "ol", "span", "src", "strong",
	"style", "table", "tbody", "td", "tr", "ul", "width",
}  # fmt: skip


def words(text: str) -> tuple[str, ...]:
	"""The words of a text, in lower case; at most `MOST_WORDS`."""
	return tuple(dict.fromkeys(_WORD.findall(text.casefold())))[:MOST_WORDS]


def has_word(page: Table, word: str) -> Criterion:
	"""The condition that a product has a word: in its title, code, brand or group, or in its descriptions.

	:param page: the table of Website Item
	"""
	part = f"%{_singular(word)}%"  # Words have none of the signs that LIKE knows.
	fields = TITLES if len(word) < 3 or word in _MARKUP else (*TITLES, *TEXTS)
	return Criterion.any([page[field].like(part) for field in fields])


def words_of(rows: Iterable[tuple[str | None, ...]]) -> frozenset[str]:
	"""The words of products' titles, codes, brands and groups.

	:param rows: of Website Items, with the fields `TITLES`
	"""
	texts = {text for row in rows for text in row if text}
	return frozenset(word for text in texts for word in _WORD.findall(text.casefold()))


def corrected(
	asked: tuple[str, ...], known: frozenset[str], is_found: Callable[[str], bool]
) -> tuple[str, ...]:
	"""The words, with the most similar known one in place of each that no product has.

	:param known: see `words_of`
	:param is_found: whether a product has a word in its descriptions
	"""
	return tuple(
		word if _is_known(word, known) or is_found(word) else _nearest(word, known) for word in asked
	)


def by_relevance(rows: Iterable[frappe._dict], asked: tuple[str, ...]) -> list[str]:
	"""The names of found products: first those that have the words in their titles or codes, then in brand
	or group, then in their descriptions alone; equal ones by ranking, then in the order of the rows.

	:param rows: of Website Items
	"""
	return [row.name for row in sorted(rows, key=lambda row: (-_score(row, asked), -(row.ranking or 0)))]


def _score(row: frappe._dict, asked: tuple[str, ...]) -> int:
	title, code = (_WORD.findall((row[field] or "").casefold()) for field in TITLES[:2])
	whole_code = "".join(code)
	others = f"{row.brand or ''} {row.item_group or ''}".casefold()
	score = 20 if whole_code == "".join(asked) else 0
	for word in asked:
		part = _singular(word)
		if word in title:
			score += 10
		elif any(each.startswith(part) for each in title):
			score += 8
		elif word in code:
			score += 7
		elif any(part in each for each in title) or part in whole_code:
			score += 5
		elif part in others:
			score += 2
	return score + (1 if title and title[0].startswith(_singular(asked[0])) else 0)


def _singular(word: str) -> str:
	"""A word without the s of an English plural, which its singular has too."""
	return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _is_known(word: str, known: frozenset[str]) -> bool:
	part = _singular(word)
	return word in known or any(part in each for each in known)


def _nearest(word: str, known: frozenset[str]) -> str:
	if len(word) < SHORTEST or not word.isalpha():
		return word
	near = sorted(each for each in known if abs(len(each) - len(word)) <= 2 and each.isalpha())
	return next(iter(get_close_matches(word, near, 1, LIKENESS)), word)
