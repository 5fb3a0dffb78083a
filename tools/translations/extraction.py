"""The template of the translations: every text that the app shows, by Frappe's own extractors where Frappe has
one for the kind of file."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

APP = Path(__file__).parents[2] / "medusa_integration"

KEYWORDS = {**DEFAULT_KEYWORDS, "_lt": None}
# As Frappe's own list, babel_extractors.csv, which isn't installed with the package.
FRAPPES = [
	("**/doctype/*/*.json", "frappe.gettext.extractors.doctype.extract"),
	("**/workspace/*/*.json", "frappe.gettext.extractors.workspace.extract"),
	("**/onboarding_step/*/*.json", "frappe.gettext.extractors.onboarding_step.extract"),
	("**/module_onboarding/*/*.json", "frappe.gettext.extractors.module_onboarding.extract"),
	("**/report/*/*.json", "frappe.gettext.extractors.report.extract"),
	("**.py", "frappe.gettext.extractors.python.extract"),
	("**.js", "frappe.gettext.extractors.javascript.extract"),
	("**.html", "frappe.gettext.extractors.html_template.extract"),
]
_ONE_TEXT = re.compile(r'\b__\("([^"\\]+)"\)')
# Kinds of files that Frappe 15 and 16.5 have no extractor for: (files, keys of the record, its rows, keys of a row)
RECORDS = [
	("number_card/*/*.json", ("label",), None, ()),
	("dashboard_chart/*/*.json", ("chart_name",), None, ()),
	("form_tour/*/*.json", ("title",), "steps", ("title", "description")),
	("desktop_icon/*.json", ("label",), None, ()),
	("workspace_sidebar/*.json", ("title",), "items", ("label",)),
]


def template() -> Catalog:
	"""All messages, each with the files that show it."""
	catalog = Catalog(
		project="Medusa Integration",
		copyright_holder="Medusa Integration contributors",
		msgid_bugs_address="medusa-integration@example.com",
		fuzzy=False,
	)
	for file, message, comments, context in [
		*_extracted(),
		*_within(),
		*_of_records(),
		*_of_custom_fields(),
		*_of_workflow(),
	]:
		if message:
			catalog.add(message, locations=[(file, None)], auto_comments=comments, context=context)
	return catalog


def _extracted() -> Iterator[tuple]:
	"""`(file, message, comments, context)` from Frappe's extractors."""
	found = extract_from_dir(APP, FRAPPES, keywords=KEYWORDS)
	for file, _line, message, comments, context in sorted(found, key=lambda row: row[:2]):
		yield f"medusa_integration/{file}", message, comments, context


def _within() -> Iterator[tuple]:
	"""What Frappe's extractors pass over: texts within f-strings of Python, and within another text's call or a
	template string of JavaScript."""
	for path in sorted([*APP.rglob("*.py"), *APP.rglob("*.js")]):
		code = path.read_text()
		found = _ONE_TEXT.findall(code) if path.suffix == ".js" else _in_f_strings(ast.parse(code))
		for text in found:
			yield f"medusa_integration/{path.relative_to(APP)}", text, [], None


def _in_f_strings(tree: ast.AST) -> Iterator[str]:
	for string in ast.walk(tree):
		for call in ast.walk(string) if isinstance(string, ast.JoinedStr) else ():
			match call:
				case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(text))], keywords=[]):
					yield text


def _of_records() -> Iterator[tuple]:
	for pattern, keys, table, row_keys in RECORDS:
		for path in sorted(APP.rglob(pattern)):
			record = json.loads(path.read_text())
			rows = record.get(table) or [] if table else []
			texts = [record.get(key) for key in keys] + [row.get(key) for row in rows for key in row_keys]
			for text in filter(None, texts):
				yield f"medusa_integration/{path.relative_to(APP)}", text, [f"In a {record['doctype']}"], None


def _of_workflow() -> Iterator[tuple]:
	"""The state and actions of the Workflow of Quotations that Frappe and ERPNext have no translation of."""
	from medusa_integration.operations import quotation_workflow as workflow

	for text in (workflow.READY, workflow.FOR_REVIEW, workflow.REVISE):
		yield (
			"medusa_integration/operations/quotation_workflow.py",
			text,
			[f"In the Workflow {workflow.NAME}"],
			None,
		)


def _of_custom_fields() -> Iterator[tuple]:
	import frappe

	from medusa_integration.setup import custom_fields

	with mock.patch.object(
		frappe, "db", mock.MagicMock()
	):  # asked for the field after which the first one is inserted
		tables = custom_fields.custom_fields()
	for doctype, fields in tables.items():
		for field in fields:
			if field.get("hidden"):
				continue
			options = field.get("options", "").split("\n") if field["fieldtype"] == "Select" else []
			for text in filter(None, [field.get("label"), field.get("description"), *options]):
				comments = [f"In the custom field {field['fieldname']} of {doctype}"]
				yield "medusa_integration/setup/custom_fields.py", text, comments, None
