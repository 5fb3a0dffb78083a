"""What a comparison of ERPNext and Medusa finds."""

from collections import Counter
from dataclasses import dataclass, field

from medusa_integration.outbound import products


@dataclass(frozen=True)
class Difference:
	"""One thing that isn't as it should be.

	:param verdict: "missing", "extra", "doubled" or "different", in Medusa
	:param what: "product", "variant", "price", "stock", "collection", or a field of one of them
	:param name: of the record
	:param id: of what is in Medusa
	:param doctype: of the record, by which it is sent again
	"""

	verdict: str
	what: str
	name: str
	ours: object = ""
	theirs: object = ""
	id: str = ""
	doctype: str = products.DOCTYPE

	def line(self) -> tuple[str, ...]:
		"""For a table: verdict, what, record, ERPNext's value, Medusa's."""
		return self.verdict, self.what, self.name, _short(self.ours), _short(self.theirs)


@dataclass
class Findings:
	"""The differences so far, and how many things were compared."""

	differences: list[Difference] = field(default_factory=list)
	compared: Counter = field(default_factory=Counter)

	def add(self, verdict: str, what: str, name: str, ours="", theirs="", **more) -> None:
		self.differences.append(Difference(verdict, what, name, ours, theirs, **more))

	def compare(self, what: str, name: str, ours: object, theirs: object, **more) -> None:
		"""Nothing, "" and 0 are the same."""
		if (ours or None) != (theirs or None):
			self.add("different", what, name, ours, theirs, **more)


def _short(value: object) -> str:
	text = "" if value is None else " ".join(str(value).split())
	return text if len(text) <= 40 else f"{text[:39]}…"
