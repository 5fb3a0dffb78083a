"""The tries of a code that was mailed. Each visitor who has asked for it has five, which others can't use up;
all others together have five.

Source: docs/reference.md, "Accounts".
"""

import json
from dataclasses import asdict, dataclass, field

EACH = 5
MOST_ASKERS = 5  # with tries of their own: more of them would make a code easier to guess


@dataclass
class CodeTries:
	"""How often a code was compared, by who tried it. A visitor is named by the network of the IP address."""

	askers: dict[str, int] = field(default_factory=dict)
	others: int = 0

	@classmethod
	def of(cls, stored: str | None) -> "CodeTries":
		"""Those of a record's field `askers`; none where it can't be read."""
		try:
			found = json.loads(stored or "{}")
			return cls({str(who): int(tries) for who, tries in found["askers"].items()}, int(found["others"]))
		except (ValueError, KeyError, TypeError, AttributeError):
			return cls()

	def stored(self) -> str:
		"""For the record's field."""
		return json.dumps(asdict(self))

	@property
	def total(self) -> int:
		"""How often the code was compared."""
		return sum(self.askers.values()) + self.others

	def ask(self, who: str) -> None:
		"""Give a visitor who asks for the code tries of their own, as long as there are few of them."""
		if len(self.askers) < MOST_ASKERS:
			self.askers.setdefault(who, 0)

	def may_ask(self, who: str) -> bool:
		"""Whether a visitor who asks for the code can still try it."""
		return self.left(who) > 0 or (who not in self.askers and len(self.askers) < MOST_ASKERS)

	def left(self, who: str) -> int:
		"""How many tries a visitor has."""
		return EACH - self.askers.get(who, self.others)

	def count(self, who: str, number: int = 1) -> None:
		"""Count tries of a visitor; -1 takes one back."""
		if who in self.askers:
			self.askers[who] += number
		else:
			self.others += number
