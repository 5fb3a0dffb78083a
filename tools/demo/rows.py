"""tests/data/catalogue.csv, as it is; data/README.md says what is in it."""

import csv
from pathlib import Path

CSV = Path(__file__).parents[1] / "data" / "catalogue.csv"
ROOT_GROUP = "All Item Groups"

Row = dict[str, str]


def read() -> list[Row]:
	"""The rows of the catalogue, by the names of its columns."""
	with CSV.open(encoding="utf-8", newline="") as file:
		return list(csv.DictReader(file))


def group_path(row: Row) -> list[str]:
	"""The names of its Item Groups, from below the root down to its own."""
	return row["item_group"].split(" > ")


def specifications(row: Row) -> list[tuple[str, str]]:
	"""(label, value), both perhaps HTML."""
	pairs = row["specifications"].split(" | ") if row["specifications"] else []
	return [tuple(pair.split(": ", 1)) for pair in pairs]
