"""Rebuild an importable `frappe` from the PyPI package `monoframe`, which is Frappe under another name.

Three steps: the mass rename is reversed; single lines are edited (EDITS); functions are replaced by those in
`overlay/` (one file per module, named by its dotted name), which put back what the fork cut away: several apps,
sites, site_config.json. All of it happens to the source text, so that nothing is patched at run time.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import importlib.util
import os
from pathlib import Path

from .cache import keep

OVERLAY = Path(__file__).with_name("overlay")
TEXT = set(
	".py .json .js .html .css .scss .md .txt .csv .sql .vue .svg .ts .xml .po .pot .ics .eml .yml".split()
) | {""}
WORDS = (("monoframe", "frappe"), ("Monoframe", "Frappe"), ("MONOFRAME", "FRAPPE"))

# (file, text there, text instead): every one must match exactly once
EDITS = (
	# the fork left Frappe in February 2026
	("__init__.py", '__version__ = "0.0.1"', '__version__ = "16.5.0"'),
	(
		"__init__.py",
		"def init(force: bool = False) -> None:",
		"def init(site=None, sites_path=None, new_site=False, force=False) -> None:",
	),
	(
		"__init__.py",
		"\tlocal.site_path = os.getcwd()\n",
		'\tlocal.site = site or os.environ["FRAPPE_SITE"]\n'
		'\tlocal.sites_path = os.path.join(os.environ["FRAPPE_BENCH_ROOT"], "sites")\n'
		"\tlocal.site_path = os.path.join(local.sites_path, local.site)\n",
	),
	# imports of packages that the wheel calls optional
	("integrations/google_oauth.py", "from google.oauth2.credentials import Credentials\n", ""),
	("integrations/google_oauth.py", "from googleapiclient.discovery import build\n", ""),
	("integrations/doctype/google_calendar/google_calendar.py", "import google.oauth2.credentials\n", ""),
	(
		"integrations/doctype/google_calendar/google_calendar.py",
		"from googleapiclient.discovery import build\nfrom googleapiclient.errors import HttpError\n",
		"HttpError = ()\n",
	),
	(
		"integrations/doctype/google_contacts/google_contacts.py",
		"from googleapiclient.errors import HttpError\n",
		"HttpError = ()\n",
	),
	(
		"website/doctype/website_settings/google_indexing.py",
		"from googleapiclient.errors import HttpError\n",
		"HttpError = ()\n",
	),
	# with it, Frappe doesn't see what types the arguments of its endpoints have, and turns none into them
	("desk/search.py", "from __future__ import annotations\n", ""),
	("utils/error.py", "\tfrom frappe.utils.sentry import capture_exception\n", ""),
	("utils/error.py", '\tcapture_exception(message=f"{title}\\n{traceback}")\n', ""),
	("app.py", "import frappe.database.mariadb.mysqlclient  # Load database related utils\n", ""),
	# a module that the fork dropped
	(
		"utils/install.py",
		"\tfrom frappe.tests.utils.generators import _clear_test_log\n\n\t_clear_test_log()\n",
		"",
	),
	# an image that is not in the wheel
	("hooks.py", "images/frappe-logo.svg", "images/frappe-framework-logo.svg"),
	# a Python 3.12 statement, although the wheel claims 3.10
	("desk/doctype/event/event.py", "type EventLikeDict = ", "EventLikeDict = "),
	# the loop calls a function of the same name that was defined later and wants a connection
	(
		"utils/scheduler.py",
		"time.sleep(sleep_duration(tick))\n\t\tenqueue_events()",
		"time.sleep(sleep_duration(tick))\n\t\tenqueue_events_for_site()",
	),
)

# modules that the fork moved: old dotted name -> new one
MOVED = {
	"modules": "model.module_utils",
	"modules.utils": "model.module_utils",
	"modules.import_file": "model.import_doc",
	"modules.export_file": "model.export",
	"modules.patch_handler": "patches",
}


def build(folder: Path) -> Path:
	"""A folder, named after `folder`, that holds the package frappe; written when it isn't there yet."""
	return keep(folder, fingerprint(), _build)


def _build(target: Path) -> None:
	_rename(Path(importlib.util.find_spec("monoframe").origin).parent, target / "frappe")
	_edit(target / "frappe")
	_move(target / "frappe")
	for overlay in sorted(OVERLAY.glob("*.py")):
		_apply(overlay, module_file(target, overlay.stem))


def fingerprint() -> str:
	"""Changes whenever the engine would be built differently."""
	digest = hashlib.sha1(importlib.metadata.version("monoframe").encode())
	for path in [Path(__file__), *sorted(OVERLAY.glob("*.py"))]:
		digest.update(path.name.encode() + path.read_bytes())
	return digest.hexdigest()


def module_file(target: Path, name: str) -> Path:
	"""The file of the dotted module `name` below `target`."""
	path = target.joinpath(*name.split("."))
	return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _back(text: str) -> str:
	for fork, original in WORDS:
		text = text.replace(fork, original)
	return text


def _rename(source: Path, target: Path) -> None:
	for root, dirs, files in os.walk(source):
		dirs[:] = [d for d in dirs if d != "__pycache__"]
		out = target / _back(os.path.relpath(root, source))
		out.mkdir(parents=True, exist_ok=True)
		for name in files:
			raw = Path(root, name).read_bytes()
			if os.path.splitext(name)[1] in TEXT and b"\0" not in raw[:4096]:
				raw = _back(raw.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
			(out / _back(name)).write_bytes(raw)


def _edit(package: Path) -> None:
	for name, old, new in EDITS:
		path = package / name
		text = path.read_text()
		if text.count(old) != 1:
			raise ValueError(f"{name}: found {text.count(old)} times: {old!r}")
		path.write_text(text.replace(old, new))


def _move(package: Path) -> None:
	for old, new in MOVED.items():
		path = package.joinpath(*old.split("."))
		is_package = any(name.startswith(old + ".") for name in MOVED)
		path = path / "__init__.py" if is_package else path.with_suffix(".py")
		path.parent.mkdir(exist_ok=True)
		# the very same objects, so that what is set in one module is seen in the other
		path.write_text(
			f"import frappe.{new} as moved\n\n"
			'globals().update({k: v for k, v in vars(moved).items() if not k.startswith("__")})\n'
		)


def _apply(overlay: Path, target: Path) -> None:
	"""Put the definitions of `overlay` in the place of those of the same name in `target`; new ones go to the end."""
	patch, source = overlay.read_text(), target.read_text()
	ours, theirs = ast.parse(patch).body, ast.parse(source).body
	edits: list[tuple[int, int, str]] = []  # first line, line after the last (0-based), text
	imports, tail = [], []
	for node in ours[1:]:  # the first is the docstring
		text = _text(patch, node)
		old = _find(theirs, node)
		if isinstance(node, ast.Import | ast.ImportFrom):
			imports.append(text)
		elif old is None:
			tail.append(text)
		elif isinstance(node, ast.ClassDef):
			for member in node.body:
				before = _find(old.body, member)
				start, end = _span(before) if before else (old.end_lineno, old.end_lineno)
				edits.append((start, end, "\n" + _text(patch, member)))
		else:
			edits.append((*_span(old), text))
	edits.append((*2 * [_after_docstring(theirs)], "".join(imports)))
	lines = source.splitlines(keepends=True)
	for start, end, text in sorted(edits, key=lambda edit: edit[0], reverse=True):
		lines[start:end] = [text]
	target.write_text("".join(lines) + "\n\n" + "\n\n".join(tail))


def _find(nodes: list[ast.stmt], like: ast.stmt) -> ast.stmt | None:
	"""The last definition with the name of `like`: the one that counts."""
	name = getattr(like, "name", None)
	return next((n for n in reversed(nodes) if name and getattr(n, "name", None) == name), None)


def _span(node: ast.stmt) -> tuple[int, int]:
	first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
	return first - 1, node.end_lineno


def _text(source: str, node: ast.stmt) -> str:
	start, end = _span(node)
	return "".join(source.splitlines(keepends=True)[start:end])


def _after_docstring(nodes: list[ast.stmt]) -> int:
	for node in nodes:
		is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
		is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
		if not (is_docstring or is_future):
			return _span(node)[0]
	return 0
