"""The rooms and which way their arrows go, as pyproject.toml declares them."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
APP = "medusa_integration"
LONGEST = 400  # lines of a file

pytest.importorskip("importlinter", reason="import-linter isn't installed on this bench")


def lint(folder: Path) -> subprocess.CompletedProcess:
	command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"]
	environment = {**os.environ, "PYTHONPATH": str(folder)}
	return subprocess.run(
		[*command, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True
	)


def test_the_arrows_go_down():
	done = lint(ROOT)
	assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
	("file", "line", "arrow"),
	[
		("orders/status_to_medusa.py", "from medusa_integration.operations import bulk", "medusa_integration.orders.status_to_medusa"),
		("medusa/errors.py", "import frappe", "medusa_integration.medusa.errors -> frappe"),
		("products/collections_to_medusa.py", "from medusa_integration.products import products_to_medusa", ".collections_to_medusa -> .products_to_medusa"),
	],
)  # fmt: skip
def test_an_arrow_that_goes_up_is_named(tmp_path, file, line, arrow):
	shutil.copytree(ROOT / APP, tmp_path / APP, ignore=shutil.ignore_patterns("__pycache__"))
	shutil.copy(ROOT / "pyproject.toml", tmp_path)
	path = tmp_path / APP / file
	path.write_text(f"{path.read_text()}\n{line}\n")
	done = lint(tmp_path)
	assert done.returncode == 1
	assert arrow in done.stdout.replace("\n", " ").replace("  ", " ")


def test_no_file_is_too_long():
	lengths = {path: len(path.read_text().splitlines()) for path in (ROOT / APP).rglob("*.py")}
	assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


# Riddles that were rewritten: a docstring says who does what. See docs/develop.md, "Style".
NOT_PLAIN = re.compile(
	r"\A(What|Who|Whoever)\b|\b(nobody|somebody|whoever)\b|heard the end|out of reach|knocks", re.IGNORECASE
)


def test_docstrings_are_plain():
	found = [
		f"{file.relative_to(ROOT)}: {text.splitlines()[0]}"
		for file in (ROOT / APP).rglob("*.py")
		for node in ast.walk(ast.parse(file.read_text()))
		if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
		if NOT_PLAIN.search(text := ast.get_docstring(node) or "")
	]
	assert found == []


# In docs/*.md. Quotations, in code or in quotation marks, may stay.
NOT_IN_DOCS = re.compile(r"\b(nobody|somebody|whoever)\b", re.IGNORECASE)
QUOTED = re.compile(r'`[^`\n]*`|"[^"\n]*"')


def test_docs_are_plain():
	found = [
		f"{file.name}:{number}: {line}"
		for file in (ROOT / "docs").glob("*.md")
		for number, line in enumerate(file.read_text().splitlines(), 1)
		if NOT_IN_DOCS.search(QUOTED.sub("", line))
	]
	assert found == []
