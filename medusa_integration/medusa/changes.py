"""Reading the records that have changed since a time, in pages that miss none."""

from collections.abc import Callable, Iterator
from datetime import datetime, timezone


def changes(read: Callable[[str, int], list[dict]], since: datetime, size: int) -> Iterator[list[dict]]:
	"""Pages of rows, oldest change first. Each page begins at the time of the last row before it: rows that change
	meanwhile move to the end, so that paging by offset would skip as many.

	:param read: returns at most `size` rows with `id` and `updated_at`, by `updated_at`, from a time on and after an
		offset
	"""
	begin, offset = written(since), 0
	seen: set[tuple[str, str]] = set()
	while True:
		rows = read(begin, offset)
		if new := [row for row in rows if _key(row) not in seen]:
			yield new
		if len(rows) < size:
			return
		last = rows[-1]["updated_at"]
		# A whole page may have changed in the same millisecond.
		begin, offset = (last, 0) if last != begin else (begin, offset + size)
		seen = {_key(row) for row in rows if row["updated_at"] == last} | (seen if offset else set())


def _key(row: dict) -> tuple[str, str]:
	return row["id"], row["updated_at"]


def written(time: datetime) -> str:
	"""A time as Medusa writes it, in milliseconds."""
	utc = time.astimezone(timezone.utc)
	return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
