"""Claiming rows: a worker moves the `due` time of a batch to the end of its lease. When the worker dies, the
rows come due again.

Medusa may still apply a call whose reply was lost (a time-out, a dead worker), even after a newer call. So
the row stays after the newer call, and the record is sent again when `unsure_until` has passed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import frappe
from frappe.utils import now_datetime

from medusa_integration import json_field
from medusa_integration.delivery.box import Box, former_names
from medusa_integration.delivery.kind import Row

# From this attempt on a record is sent alone: a record that breaks Medusa must not hold up its batch.
ALONE_FROM_ATTEMPT = 2
FIELDS = (
	"name", "kind", "reference_doctype", "reference_name", "attempts", "revision", "former_names", "kind_data",
	"lease", "due", "unsure_until",
)  # fmt: skip


def lock_rows_only() -> None:
	"""Have this connection lock only the rows that it finds. MariaDB would also lock the gaps between them,
	into which other transactions insert and a claim moves its rows. A drain is alone on its connection, and
	reads committed rows."""
	if frappe.db.db_type == "mariadb":
		frappe.db.commit()
		frappe.db.sql("set session transaction isolation level read committed")


def is_due(box: Box, kind: str) -> bool:
	"""Whether there are due rows of a kind."""
	return bool(
		frappe.db.exists(box.doctype, {"status": "Pending", "kind": kind, "due": ("<=", now_datetime())})
	)


def claim(box: Box, kind: str, limit: int, lease_seconds: int, unsure_seconds: int = 0) -> list[Row]:
	"""Take up to `limit` due rows of a kind, oldest first, for `lease_seconds`. Rows that another worker is
	taking right now are skipped. Commits.

	:param unsure_seconds: for which Medusa may still be applying the calls of a worker that died
	"""
	table = frappe.qb.DocType(box.doctype)
	now = now_datetime()
	found = (
		frappe.qb.from_(table)
		.select(*(table[field] for field in FIELDS))
		.where((table.status == "Pending") & (table.kind == kind) & (table.due <= now))
		.orderby(table.due)
		.limit(limit)
		.for_update(skip_locked=True)
		.run(as_dict=True)
	)
	rows = [_row(box, values) for values in found]
	if rows and rows[0].attempts >= ALONE_FROM_ATTEMPT:
		rows = rows[:1]
	else:
		rows = [row for row in rows if row.attempts < ALONE_FROM_ATTEMPT]
	_take(box, rows, now, lease_seconds, unsure_seconds)
	return rows


def _row(box: Box, values: dict) -> Row:
	kept_ids = json_field.read(
		box.doctype, values["name"], "kind_data", values["kind_data"], lambda ids: True
	)
	return Row(**{**values, "former_names": former_names(values["former_names"]), "kind_data": kept_ids})


def _take(box: Box, rows: list[Row], now: datetime, lease_seconds: int, unsure_seconds: int) -> None:
	"""Lease locked rows, and commit. An expired lease belonged to a worker that died or is stuck: its calls
	may still be under way."""
	lease, until = frappe.generate_hash(length=16), now + timedelta(seconds=lease_seconds)
	if rows:
		_set(box, rows, {"lease": lease, "due": until})
	frappe.db.commit()  # the claim holds even if the work fails
	over = now + timedelta(seconds=max(unsure_seconds, lease_seconds))
	for row in rows:
		row.again = bool(row.lease or row.unsure_until)
		row.unsure_until = over if row.lease and box.writes else row.unsure_until
		row.unsure = bool(row.unsure_until and row.unsure_until > now)
		row.lease = lease


class Renewal(NamedTuple):
	"""The result of renewing leases.

	:param complete: all rows that still exist were renewed
	:param lost: another worker has some of the rows
	"""

	complete: bool
	lost: bool


def renew(box: Box, rows: list[Row], lease_seconds: int) -> Renewal:
	"""Renew the lease of claimed rows for another `lease_seconds`. Rows that a save has locked are skipped,
	so that the worker doesn't wait for a user. Commits."""
	until, lease = now_datetime() + timedelta(seconds=lease_seconds), rows[0].lease
	table = frappe.qb.DocType(box.doctype)
	names = [row.name for row in rows]
	ours = frappe.qb.from_(table).select(table.name).where(table.name.isin(names) & (table.lease == lease))
	renewed = set(ours.for_update(skip_locked=True).run(pluck=True))
	if renewed:
		_set(box, [row for row in rows if row.name in renewed], {"due": until})
	frappe.db.commit()
	rest = {"name": ("in", [name for name in names if name not in renewed])}
	leases = (
		frappe.get_all(box.doctype, rest, pluck="lease", order_by=None) if len(renewed) < len(names) else []
	)
	return Renewal(not leases, any(each != lease for each in leases))


def prolong(box: Box, row: Row, lease_seconds: int) -> None:
	"""Renew the lease of a row locked by `hold` for another `lease_seconds`, in the current transaction."""
	_set(box, [row], {"due": now_datetime() + timedelta(seconds=lease_seconds)})


def hold(box: Box, row: Row) -> None:
	"""Lock a claimed row until commit. Call it right before the commit: a user's save may wait for the lock.

	:raises frappe.QueryTimeoutError: where another worker has the row, as the lease ran out: our data may be
		old
	"""
	if frappe.db.get_value(box.doctype, row.name, "lease", for_update=True) != row.lease:
		raise frappe.QueryTimeoutError(f"Another worker has {row.name}")


def release(box: Box, rows: Iterable[Row]) -> None:
	"""Release the claimed rows that weren't settled: they are due at once. Commits."""
	rows = list(rows)
	if rows:
		_set(box, rows, {"lease": "", "due": now_datetime()}, lease=rows[0].lease)
		frappe.db.commit()


def _set(box: Box, rows: list[Row], values: dict, **filters: Any) -> None:
	frappe.db.set_value(
		box.doctype, {"name": ("in", [row.name for row in rows]), **filters}, values, update_modified=False
	)
