"""Texts from Medusa, which any visitor may have typed, as ERPNext accepts them."""

import re
import unicodedata

from frappe.utils import escape_html, validate_email_address, validate_phone_number

from medusa_integration import texts

LONGEST = 140  # characters of a field of the type Data
LEAST_DIGITS = 5  # of a phone number in a longer text
_CODE = re.compile(r"^[a-z]{2}-", re.IGNORECASE)
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")
_OF_PHONES = frozenset(
	(
		"tel telephone telefon teléfono tél phone ph mobile mob cell mobil gsm t m p ext extn extension x durchwahl no nr number"
	).split()
)
_BRACKETS = dict.fromkeys(map(ord, "()"), " ")
_NUMBER = re.compile(r"\(?\+? ?\(?[0-9][0-9 ().\-]*")
_EXTENSION = re.compile(
	r"[\s,;]*(?:ext(?:ension|n)?|x|#|durchwahl|poste|anexo|interno|ramal)[.:=\s]*([0-9]{1,8})\b",
	re.IGNORECASE,
)


def clean(text: str | None, longest: int = LONGEST) -> str:
	"""A text on one line, without control characters and with `‹` and `›` for `<` and `>`. Frappe refuses
	these in names and escapes them elsewhere; a stored text would differ from the one compared with it later.

	:param longest: characters; the rest is cut off
	"""
	return texts.one_line(text, longest)


def email(text: str | None) -> str:
	"""An e-mail address; "" for a text that Frappe refuses as one."""
	address = clean(text, LONGEST + 1)
	is_good = len(address) <= LONGEST and "," not in address and validate_email_address(address) == address
	return address if is_good else ""


def phone(text: str | None) -> str:
	"""A phone number as Contacts have it: the text where Frappe takes it, else its first number, with the
	extension behind a `#`; "" for a text without one that fits.

	    >>> phone("+1 202-555-0142 ext. 81234"), phone("Tel: +968 2400 0000 / 2400 0001")
	    ('+12025550142#81234', '+968 2400 0000')
	"""
	plain = _ascii_digits(texts.one_line(text))
	if validate_phone_number(plain):
		return plain
	found = next((each for each in _NUMBER.finditer(plain) if len(digits(each[0])) >= LEAST_DIGITS), None)
	if not found:
		return ""
	number, extension = found[0].strip(" .-("), _EXTENSION.match(plain, found.end())
	if not validate_phone_number(number) or number.count("(") != number.count(")"):
		number = " ".join(number.replace("(0)", "").translate(_BRACKETS).split())
	compact = ("+" if number.startswith("+") else "") + digits(number.replace("(0)", ""))
	ends = [f"#{extension[1]}", ""] if extension else [""]
	tries = [f"{start}{end}" for end in ends for start in (number, compact)]
	return next((each for each in tries if validate_phone_number(each)), "")


def digits(text: str | None) -> str:
	"""The digits of a text, in whatever script, as ASCII."""
	return "".join(sign for sign in _ascii_digits(text or "") if sign in "0123456789")


def has_other_words(text: str) -> bool:
	"""Whether a phone number's text says more than that it is one, as a name or opening hours."""
	words = "".join(sign if sign.isalpha() else " " for sign in text.lower()).split()
	return not _OF_PHONES.issuperset(words)


def _ascii_digits(text: str) -> str:
	"""The text with digits, dashes and signs of other scripts as those of ASCII."""
	plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
	return "".join(str(unicodedata.decimal(sign, sign)) for sign in plain)


def html(text: str | None) -> str:
	"""A text of several lines as HTML without tags, for a comment or a description."""
	return escape_html(texts.several_lines(text)).replace("\n", "<br>")


def label(key: str) -> str:
	"""A key of Medusa's metadata as a label.

	>>> label("gift_message")
	'Gift Message'
	"""
	return clean(key).replace("_", " ").replace("-", " ").strip().title() if key.islower() else clean(key)


def province(text: str | None, country_code: str) -> str:
	"""A state. Medusa's admin stores it as an ISO code (`us-tx`), of which the part for the country is left out."""
	state = clean(text)
	is_code = country_code and _CODE.match(state) and state[:2].upper() == country_code.upper()
	return state[3:].upper() if is_code else state


def nameable(doctype: str, text: str) -> str:
	"""A text that Frappe accepts as a document's name. Frappe refuses `New Customer …`, its own name for
	an unsaved one."""
	return f"new{text[3:]}" if text.startswith(f"New {doctype}") else text
