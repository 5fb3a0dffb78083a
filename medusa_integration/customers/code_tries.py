"""The tries of a mailed code. Each visitor who asked for the code has five tries of their own. All other
visitors together have five.

Source: docs/reference.md, "Accounts".
"""

import json
from dataclasses import asdict, dataclass, field

EACH = 5
MOST_ASKERS = 5  # with tries of their own: more of them would make a code easier to guess


@dataclass
class CodeTries:
	"""The number of tries of a code, by visitor. A visitor is named by the network of the IP address."""

	askers: dict[str, int] = field(default_factory=dict)
	others: int = 0

	@classmethod
	def of(cls, stored: str | None) -> "CodeTries":
		"""The tries in a record's field `askers`; none where the field can't be read."""
		try:
			found = json.loads(stored or "{}")
			return cls({str(who): int(tries) for who, tries in found["askers"].items()}, int(found["others"]))
		except (ValueError, KeyError, TypeError, AttributeError):
			return cls()

	def stored(self) -> str:
		"""The value for the record's field."""
		return json.dumps(asdict(self))

	@property
	def total(self) -> int:
		"""The number of all tries."""
		return sum(self.askers.values()) + self.others

	def ask(self, who: str) -> None:
		"""Give a visitor who asks for the code tries of their own, unless `MOST_ASKERS` have them."""
		if len(self.askers) < MOST_ASKERS:
			self.askers.setdefault(who, 0)

	def may_ask(self, who: str) -> bool:
		"""Whether a visitor who asks for the code can still try it."""
		return self.left(who) > 0 or (who not in self.askers and len(self.askers) < MOST_ASKERS)

	def left(self, who: str) -> int:
		"""The number of tries that a visitor has left."""
		return EACH - self.askers.get(who, self.others)

	def count(self, who: str, number: int = 1) -> None:
		"""Count tries of a visitor; -1 takes one back."""
		if who in self.askers:
			self.askers[who] += number
		else:
			self.others += number
