"""docs/troubleshoot.md has every message that a row of the outbox or inbox can have, and none that no row can have."""

import re
from pathlib import Path

from tests.support.reasons import all_reasons

PAGE = Path(__file__).parents[2] / "docs" / "troubleshoot.md"
REASONS = {re.sub(r"\{\d*\}", "…", reason): reason for reason in all_reasons()}


def quotes() -> list[str]:
	"""The messages in the first column of the tables that are headed *message*."""
	found, is_message = [], False
	for line in PAGE.read_text().splitlines():
		if not line.startswith("|"):
			is_message = False
		elif line.startswith("| message |"):
			is_message = True
		elif is_message and not line.startswith("| ---"):
			found += re.findall(r'"([^"]+)"', line.split(" | ")[0])
	return found


def pattern(quote: str) -> re.Pattern:
	return re.compile(".*?".join(re.escape(part.strip(" ")) for part in quote.split("…")))


QUOTES = quotes()


def test_every_reason_is_on_the_page():
	missing = [text for text in REASONS if not any(pattern(quote).search(text) for quote in QUOTES)]
	assert missing == [], "add a row to docs/troubleshoot.md"


def test_no_message_on_the_page_has_gone():
	gone = [quote for quote in QUOTES if not any(pattern(quote).search(text) for text in REASONS)]
	assert gone == [], "no row has these messages any more: correct docs/troubleshoot.md"


def test_a_message_says_enough_to_be_recognised():
	assert [quote for quote in QUOTES if len(re.sub(r"[^A-Za-z]", "", quote)) < 12] == []


def test_the_code_is_read_whole():
	"""One reason of each way in which the code makes them."""
	known = "\n".join(REASONS)
	for words in (
		"No account for the tax",  # Blocked
		"Medusa has no order",  # Result.parked
		"Its Item Groups are sent first",  # Result.waiting
		"Waits for an amended order",  # Result.retry, a local name
		"The variant in Medusa is an Inventory kit",  # a constant of another module
		"ERPNext can't choose between the Pricing Rules",  # travels as data
		"its certificate isn't accepted",  # of the network
	):
		assert words in known
	assert len(REASONS) > 100
