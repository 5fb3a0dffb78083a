"""The table of scheduled tasks."""

from collections.abc import Iterator

from medusa_integration import hooks
from tools.reference import markdown
from tools.reference.functions import at, name_of, summary_of

HEAD = ("when", "function", "what it does")
CRONS = {"* * * * *": "each minute", "0 1 * * *": "01:00"}
WHEN = {"daily_long": "daily, long queue"}
OPENINGS = ("Each minute", "Nightly", "Daily")


def table() -> str:
	"""The table in Markdown, in the order of hooks.py."""
	return markdown.table(HEAD, rows(hooks.scheduler_events))


def rows(scheduler_events: dict) -> Iterator[tuple[str, str, str]]:
	"""The cells of a hook `scheduler_events`."""
	for when, paths in _times(scheduler_events):
		for path in paths:
			function = at(path)
			yield when, markdown.code(name_of(function)), summary_of(function, OPENINGS)


def _times(scheduler_events: dict) -> Iterator[tuple[str, list[str]]]:
	for when, tasks in scheduler_events.items():
		if when == "cron":
			yield from ((CRONS.get(cron, markdown.code(cron)), paths) for cron, paths in tasks.items())
		else:
			yield WHEN.get(when, when), tasks
