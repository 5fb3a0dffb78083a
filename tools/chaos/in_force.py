"""Which of ERPNext's rows hold on which days."""

from datetime import date, timedelta

from frappe.utils import getdate


def turning_days(rows) -> list[date]:
	"""Today, and each later day from which on some row begins or ceases to hold."""
	starts = {getdate(row.valid_from) for row in rows if row.valid_from}
	ends = {getdate(row.valid_upto) + timedelta(days=1) for row in rows if row.valid_upto}
	return sorted({getdate(), *(day for day in starts | ends if day > getdate())})


def holds(row, day: date) -> bool:
	return (not row.valid_from or getdate(row.valid_from) <= day) and (
		not row.valid_upto or day <= getdate(row.valid_upto)
	)


def latest(rows: list, day: date):
	"""As ERPNext takes it: of those valid on the day, the one that became valid last; None where none is."""
	valid = [row for row in rows if holds(row, day)]
	return max(valid, key=lambda row: (str(row.valid_from or ""), row.creation, row.name), default=None)
