"""The tables of docs/reference.md that are made by `make reference`: current, complete, and Markdown as GitHub reads it."""

import inspect
import re

import frappe
import pytest

from medusa_integration import api, generation, hooks
from medusa_integration.desk import forms
from medusa_integration.operations import notices
from tools.openapi import docstrings
from tools.reference import calls, document, events, functions, markdown

EVENTS = [*events.rows(hooks.doc_events), *events.overrides()]
CALLS = dict(calls.functions())
PAGE = document.FILE.read_text()


def lines(table: str) -> list[list[str]]:
	"""The cells of a table, as GitHub splits them: at each | without a backslash."""
	return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in table.splitlines()]


def plain(cell: str) -> str:
	"""The docstring's text of a cell."""
	linked = re.sub(r"\[([^\]]+)\]\(#[^)]+\)", r'"\1"', cell)
	return linked.replace(r"\|", "|").replace(r"\<", "<")


def test_the_tables_are_current():
	assert document.as_text() == PAGE, "make reference"


@pytest.mark.parametrize("function", [generation.moved, notices.mail_parked, forms.get_overview])
def test_a_changed_docstring_is_seen(monkeypatch, function):
	monkeypatch.setattr(inspect.unwrap(function), "__doc__", "Another text.\n\n:returns: a word")
	text = document.as_text()
	assert text != PAGE
	assert "Another text." in text


@pytest.mark.parametrize(
	("hook", "key", "values"),
	[
		("doc_events", "Brand", {"on_update": "medusa_integration.api.brand_on_update"}),
		("doc_events", "Issue", {"on_update": "medusa_integration.api.brand_on_update"}),
		("scheduler_events", "daily", ["medusa_integration.api.mail_parked"]),
		("scheduler_events", "cron", {"0 2 * * *": ["medusa_integration.api.mail_parked"]}),
	],
)
def test_a_changed_hook_is_seen(monkeypatch, hook, key, values):
	monkeypatch.setitem(getattr(hooks, hook), key, values)
	assert document.as_text() != PAGE


@pytest.mark.parametrize("values", [{"methods": ["GET"]}, {}])
def test_a_new_call_is_seen(monkeypatch, values):
	def unheard_of(name: str = "") -> None:
		"""Do a thing."""

	unheard_of.__module__ = forms.__name__
	monkeypatch.setattr(frappe, "whitelisted", frappe.whitelisted.copy())  # a list on Frappe 15.75
	monkeypatch.setattr(api, "unheard_of", frappe.whitelist(**values)(unheard_of), raising=False)
	method = "GET" if values else "any"
	assert f"| `unheard_of` | {method} | `name` | – | Do a thing. | Nothing. |" in document.as_text()


@pytest.mark.parametrize("name", document.TABLES)
def test_no_cell_is_missing(name):
	head, _rule, *rows = lines(document.TABLES[name]())
	optional = {"DocType"} if name == "events" else set()
	for row in rows:
		assert len(row) == len(head), row
		assert all(cell for cell, title in zip(row, head, strict=True) if title not in optional), row


def test_an_events_function_has_a_public_name():
	names = {functions.name_of(row.function) for row in events.rows(hooks.doc_events)}
	assert {name for name in names if not hasattr(api, name)} == set()


def test_every_call_of_the_desk_is_in_the_table():
	of_desk = {each for each in frappe.whitelisted if each.__module__.startswith("medusa_integration.desk.")}
	assert of_desk == set(CALLS.values())


@pytest.mark.parametrize("name", CALLS)
def test_a_call_says_what_it_needs(name):
	"""But for the user's own progress bar, which needs no permission. And each argument is described."""
	doc = docstrings.read(inspect.unwrap(CALLS[name]))
	assert (calls.cells(name, CALLS[name])[3] == markdown.NOTHING) == (name.endswith("_sync_progress"))
	of_link_field = {"doctype", "searchfield", "start", "page_len", "filters"}
	undescribed = set(inspect.signature(CALLS[name]).parameters) - set(doc.params)
	assert undescribed == (of_link_field if name == "search_medusa_leads" else set())
	assert doc.returns or inspect.signature(CALLS[name]).return_annotation is None


@pytest.mark.parametrize("name", CALLS)
def test_a_docstring_is_in_the_table_to_the_letter(name):
	doc = docstrings.read(inspect.unwrap(CALLS[name]))
	row = lines(markdown.table(calls.cells(name, CALLS[name]), ()))[0]
	_name, _method, takes, needs, does, returns = map(plain, row)
	assert does == markdown.sentence(doc.summary)
	assert returns.startswith(markdown.sentence(doc.returns or "nothing"))
	assert all(f"`{param}`" in takes and text in takes for param, text in doc.params.items())
	if needs != markdown.NOTHING:
		assert ("frappe.PermissionError", f"without {needs}") in doc.raises


@pytest.mark.parametrize(
	("text", "cell"),
	[
		("a | b", r"a \| b"),
		("`a | b`", r"`a \| b`"),
		("<name> `<name>`", r"\<name> `<name>`"),
		('It is told, see "The catalogue\'s cache".', "It is told, see [The catalogue's cache](#the-catalogues-cache)."),
		('See "Proven e-mails"; "x" stays, and `see "x"`', 'See [Proven e-mails](#proven-e-mails); "x" stays, and `see "x"`'),
	],
)  # fmt: skip
def test_text_becomes_markdown(text, cell):
	assert markdown.markdown(text) == cell
	assert plain(cell) == text
	assert lines(markdown.table((cell, "next"), ()))[0] == [cell, "next"]


@pytest.mark.parametrize(
	("text", "summary"),
	[
		("Item Price, validate: queue the prices.", "Queue the prices."),
		("Documents with ids, before_validate: undo: it.", "Undo: it."),
		("Queue it: now", "Queue it: now."),
	],
)
def test_an_opening_is_left_out(text, summary):
	def about() -> None: ...

	about.__doc__ = text
	assert functions.summary_of(about, events.OPENINGS) == summary


def test_a_function_without_a_docstring_is_refused():
	with pytest.raises(LookupError, match="no docstring"):
		functions.summary_of(lambda: None, ())


def test_an_event_is_a_plain_list_of_calls():
	def on_update(doc) -> None:
		"""It may say why."""
		generation.moved()
		if doc:
			generation.cards_moved()

	on_update.__module__ = "medusa_integration.events.brand"
	with pytest.raises(LookupError, match="if doc"):
		events.called_by(on_update)


def test_a_row_has_all_events_that_call_its_function():
	found = {(row.doctype, functions.name_of(row.function)): row.events for row in EVENTS}
	assert found["Item Group", "catalogue_moved"] == ["on_update", "after_rename", "on_trash"]
	assert found["Sales Order", "export_sales_order_on_update"] == [
		"on_submit", "on_update", "on_update_after_submit", "on_cancel", "on_change",
	]  # fmt: skip


def test_an_unknown_refusal_is_refused():
	def odd() -> None:
		""":raises frappe.DuplicateEntryError: twice"""

	with pytest.raises(LookupError, match="DuplicateEntryError"):
		list(calls._replies(docstrings.read(odd)))


@pytest.mark.parametrize("text", ["", PAGE + PAGE])
def test_the_markers_are_there_once(text):
	with pytest.raises(LookupError, match="isn't once"):
		document.replaced(text, "events", "")


def test_links_lead_to_sections():
	anchors = {markdown.anchor(heading) for heading in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)}
	linked = {each for table in document.TABLES.values() for each in re.findall(r"\]\(#([^)]+)\)", table())}
	assert linked and linked <= anchors
