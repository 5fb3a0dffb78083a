"""Into frappe/query_builder/builder.py: Frappe runs on a fork of pypika; this is for the one on PyPI."""

from frappe.query_builder.terms import SQLiteParameterizedValueWrapper
from pypika.dialects import SQLLiteQueryBuilder


class SQLite:
	@classmethod
	def _builder(cls, *args, **kwargs):
		builder = SQLiteQueryBuilder(**kwargs)
		builder._wrapper_cls = SQLiteParameterizedValueWrapper
		return builder


class SQLiteQueryBuilder(SQLLiteQueryBuilder):
	def for_update(self, *args, **kwargs):
		return self  # no row locks here: a writer locks the whole database

	def _insert_sql(self, **kwargs):
		return super()._insert_sql(**kwargs).replace("INSERT IGNORE", "INSERT OR IGNORE", 1)
