"""Into frappe/database/sqlite/database.py: MySQL's parameters, functions and waiting for locks."""

import re
import sqlite3
from datetime import date, datetime

import frappe
from frappe.utils import get_table_name


class SQLiteDatabase:
	def get_connection(self, read_only=False):
		sqlite3.register_converter("datetime", lambda raw: datetime.fromisoformat(raw.decode()))
		conn = self.create_connection(read_only)
		sqlite3.register_converter(
			"date", lambda raw: date.fromisoformat(raw[:10].decode())
		)  # MySQL cuts the time
		for pragma in ("journal_mode=WAL", "synchronous=OFF", "busy_timeout=20000"):
			conn.execute(f"PRAGMA {pragma}")
		for name, arguments, function in (*_functions(), ("regexp", 2, regexp)):  # noqa: F821
			conn.create_function(name, arguments, function)
		conn.create_function("regexp_replace", 3, regexp_replace)  # noqa: F821
		self._may_write = False
		return conn

	def __init__(self, *args, **kwargs):
		super().__init__(*args, **kwargs)
		for fieldtype in VARCHARS:
			self.type_map[fieldtype] = ("varchar", self.VARCHAR_LEN)

	def execute_query(self, query, values=None):
		query = _translate(query)
		if values is not None:
			as_sql = {k: _literal(v) for k, v in values.items()} if isinstance(values, dict) else None
			query %= as_sql or tuple(map(_literal, values))
		if WRITES.match(query) and not self._may_write:
			# A transaction that has read can't become a writer once another has written: take the lock, with
			# waiting, and start from the present state, which is what MariaDB's writes see.
			self._conn.commit()
			self._cursor.execute("BEGIN IMMEDIATE")
			self._may_write = True
		return self._cursor.execute(query)

	def begin(self, *, read_only=False):
		if not self._conn:
			self.connect()
		self._may_write = False
		self._cursor.execute("BEGIN")

	def add_unique(self, doctype, fields, constraint_name=None):
		self._add_index("UNIQUE INDEX", doctype, [fields] if isinstance(fields, str) else fields)

	def add_index(self, doctype, fields, index_name=None):
		self._add_index("INDEX", doctype, [re.sub(r"\(.*?\)", "", field) for field in fields])

	def _add_index(self, kind, doctype, fields):
		table, columns = get_table_name(doctype), ", ".join(f"`{field}`" for field in fields)
		name = f"{table}_{'_'.join(fields)}_{kind.split()[0].lower()}"  # unique in the database, not in the table
		self.commit()
		self.sql_ddl(f"CREATE {kind} IF NOT EXISTS `{name}` ON `{table}` ({columns})")


WRITES = re.compile(r"\s*(insert|update|delete|replace|create|alter|drop|savepoint)\b", re.I)
VARCHARS = (
	*("Data", "Link", "Dynamic Link", "Select", "Read Only", "Color"),
	*("Icon", "Phone", "Autocomplete", "Password"),
)


def _translate(query):
	query = re.sub(r"\bfor update(\s+(skip locked|nowait))?\s*$", "", query, flags=re.I)
	query = re.sub(r"\btimestampdiff\(\s*(\w+)", r"timestampdiff('\1'", query, flags=re.I)
	insert, *update = re.split(r"\bon duplicate key update\b", query, maxsplit=1, flags=re.I)
	if update:
		update = re.sub(r"\bvalues\(\s*([^)]+?)\s*\)", r"excluded.\1", update[0], flags=re.I)
		query = f"{insert} ON CONFLICT DO UPDATE SET {update}"
	return query


def _literal(value):
	if value is None:
		return "NULL"
	if isinstance(value, bool | int | float):
		return repr(value + 0)
	if isinstance(value, bytes):
		return f"X'{value.hex()}'"
	if isinstance(value, list | tuple | set | frozenset):
		return "(" + ", ".join(map(_literal, value)) + ")"
	return "'" + str(value).replace("'", "''") + "'"


def _functions():
	"""(name, number of arguments, function) of those MySQL functions that Frappe and ERPNext use."""
	now, date = frappe.utils.now_datetime, frappe.utils.get_datetime
	units = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}

	def date_format(value, form):
		return value and date(value).strftime(form.replace("%i", "%M").replace("%s", "%S"))

	def timestampdiff(unit, start, end):
		return int((date(end) - date(start)).total_seconds() // units[unit.lower()])

	return (
		("if", 3, lambda condition, yes, no: yes if condition else no),
		("concat", -1, lambda *parts: None if None in parts else "".join(map(str, parts))),
		("concat_ws", -1, lambda sep, *parts: sep.join(str(p) for p in parts if p is not None)),
		("char_length", 1, lambda value: None if value is None else len(str(value))),
		("now", 0, lambda: str(now())),
		("curdate", 0, lambda: str(now().date())),
		("unix_timestamp", 0, lambda: int(now().timestamp())),
		("date_format", 2, date_format),
		("datediff", 2, lambda a, b: None if None in (a, b) else (date(a).date() - date(b).date()).days),
		("timestampdiff", 3, timestampdiff),
	)
