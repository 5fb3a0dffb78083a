"""The differences that a comparison of ERPNext and Medusa finds."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Difference:
	"""One difference.

	:param verdict: "missing", "extra", "doubled" or "different", in Medusa; "no price", "no conversion", "not sent", "left over" or "unknown" of a note
	:param what: "product", "variant", "options", "order of values", "price", "base price", "stock", "stock elsewhere", "collection", "category", or a field of one
		of them
	:param name: of the record in ERPNext
	:param ours: ERPNext's value
	:param theirs: Medusa's value
	:param id: of the record in Medusa
	:param doctype: of the record in ERPNext, which is sent again to repair it
	"""

	verdict: str
	what: str
	name: str
	ours: object = ""
	theirs: object = ""
	id: str = ""
	doctype: str = "Website Item"

	def line(self) -> tuple[str, ...]:
		"""The cells of a table's line: verdict, what, record, ERPNext's value, Medusa's."""
		return self.verdict, self.what, self.name, _short(self.ours), _short(self.theirs)


@dataclass
class Findings:
	"""The differences so far, and how many records of each sort were compared.

	:param notes: facts that are no difference and that the operator should know, with the reason as ERPNext's value
	"""

	notes: list[Difference] = field(default_factory=list)
	differences: list[Difference] = field(default_factory=list)
	compared: Counter = field(default_factory=Counter)

	def add(self, verdict: str, what: str, name: str, ours="", theirs="", **more) -> None:
		self.differences.append(Difference(verdict, what, name, ours, theirs, **more))

	def note(self, verdict: str, what: str, name: str, ours="", theirs="") -> None:
		self.notes.append(Difference(verdict, what, name, ours, theirs))

	def compare(self, what: str, name: str, ours: object, theirs: object, **more) -> None:
		"""Add a difference unless both values are equal. None, "" and 0 count as equal."""
		if (ours or None) != (theirs or None):
			self.add("different", what, name, ours, theirs, **more)


def _short(value: object) -> str:
	text = "" if value is None else " ".join(str(value).split())
	return text if len(text) <= 40 else f"{text[:39]}…"
