"""The leases of one drain. The drain renews them in short steps, so that a dead worker's rows are due soon.

The database's thread does all of this. It also renews leases while it waits for the lanes.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

import frappe

from medusa_integration.delivery import claims
from medusa_integration.delivery.box import Box
from medusa_integration.delivery.kind import Row
from medusa_integration.medusa.client import Deadline

STEPS = 3  # renewals within a lease


@dataclass
class _Claim:
	"""Rows that were claimed together.

	:param rows: the rows that aren't settled, by name
	:param deadline: until then no other worker can claim the rows; their batch writes nothing after it
	:param end: the time, as time.time(), after which the lease isn't renewed
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
		"""The time until which a batch of rows of one claim may write in Medusa. Each renewal moves it."""
		claim = self._claims.get(rows[0].lease)
		return claim.deadline if claim else Deadline(0)

	def extend(self, rows: list[Row]) -> None:
		"""Renew the lease of one claim's rows, for another batch's time, and all leases that are due.
		Commits."""
		claim = self._claims.get(rows[0].lease)
		if claim:
			claim.end = time.time() + self._longest
			self._renew(claim)
		self.renew_due()

	def renew_due(self) -> None:
		"""Renew all leases if it is time to. Commits then."""
		now = time.time()
		if now < self._next:
			return
		self._next = now + self.pause
		for claim in list(self._claims.values()):
			if now < claim.end:
				self._renew(claim)

	def hold(self, row: Row) -> None:
		"""Lock a claimed row (see `claims.hold`), and renew its lease. Call it right before a commit.

		:raises frappe.QueryTimeoutError: where another worker has the row
		"""
		claims.hold(self._box, row)
		claims.prolong(self._box, row, self._seconds)

	def drop(self, rows: Iterable[Row]) -> None:
		"""Forget rows that were settled, released or given up."""
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
			# Another worker has some of the rows: the batch ends, and the rest are due when their lease ends.
			claim.deadline.at = 0
			del self._claims[next(iter(claim.rows.values())).lease]
		elif renewal.complete:
			claim.deadline.at = now + self._seconds
