"""The leases of one drain: it renews them in short steps while it works, so that a dead worker's rows are due soon.

All of this is done by the database's thread. While lanes wait for Medusa, it renews between two looks at them.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

import frappe

from medusa_integration.delivery import claims
from medusa_integration.delivery.box import Box
from medusa_integration.delivery.rows import Row
from medusa_integration.medusa.client import Deadline

STEPS = 3  # renewals within a lease


@dataclass
class _Claim:
	"""Rows that were claimed together.

	:param rows: those that aren't settled, by name
	:param deadline: until when nobody else can have them; it ends the writing of their batch
	:param end: as time.time(), after which they aren't renewed
	"""

	rows: dict[str, Row]
	deadline: Deadline
	end: float


class Leases:
	"""The leases of the rows that a drain holds.

	:param box: of the rows
	:param seconds: of a lease
	:param longest: seconds for which the lease of a batch is renewed
	"""

	def __init__(self, box: Box, seconds: int, longest: int) -> None:
		self._box, self._seconds, self._longest = box, seconds, longest
		self.pause = seconds / STEPS
		self._next = time.time() + self.pause
		self._claims: dict[str, _Claim] = {}  # by the lease's mark

	def claim(self, kind: str, limit: int) -> list[Row]:
		"""Claim rows of a kind, see `claims.claim`."""
		now = time.time()
		rows = claims.claim(self._box, kind, limit, self._seconds, self._longest)
		if rows:
			by_name = {row.name: row for row in rows}
			self._claims[rows[0].lease] = _Claim(by_name, Deadline(now + self._seconds), now + self._longest)
		return rows

	def deadline_of(self, rows: list[Row]) -> Deadline:
		"""Until when the batch of some rows of one claim may write in Medusa; it moves with each renewal."""
		claim = self._claims.get(rows[0].lease)
		return claim.deadline if claim else Deadline(0)

	def extend(self, rows: list[Row]) -> None:
		"""Renew the leases that are due for it, and those of some rows of one claim for another batch's time. Commits."""
		claim = self._claims.get(rows[0].lease)
		if claim:
			claim.end = time.time() + self._longest
			self._renew(claim)
		self.renew_due()

	def renew_due(self) -> None:
		"""Renew all leases where it is time to. Commits then."""
		now = time.time()
		if now < self._next:
			return
		self._next = now + self.pause
		for claim in list(self._claims.values()):
			if now < claim.end:
				self._renew(claim)

	def hold(self, row: Row) -> None:
		"""Right before a commit: make sure that a row is ours still, see `claims.hold`, and renew its lease.

		:raises frappe.QueryTimeoutError: where another worker has it
		"""
		claims.hold(self._box, row)
		claims.prolong(self._box, row, self._seconds)

	def drop(self, rows: Iterable[Row]) -> None:
		"""Forget rows that were settled, given back or given up."""
		for row in rows:
			claim = self._claims.get(row.lease)
			if claim:
				claim.rows.pop(row.name, None)
				if not claim.rows:
					del self._claims[row.lease]

	def _renew(self, claim: _Claim) -> None:
		now = time.time()
		try:
			renewal = claims.renew(self._box, list(claim.rows.values()), self._seconds)
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()  # The next step renews them.
			return
		if renewal.lost:
			# Another worker has some of them: the whole batch ends, and the others are due when their lease ends.
			claim.deadline.at = 0
			del self._claims[next(iter(claim.rows.values())).lease]
		elif renewal.complete:
			claim.deadline.at = now + self._seconds
