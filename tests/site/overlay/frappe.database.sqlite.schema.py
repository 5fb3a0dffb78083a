"""Into frappe/database/sqlite/schema.py: columns and keys that behave as MariaDB's do.

Text compares without regard to case, `unique` works on added columns too, and a table keeps its keys when it is
altered (Frappe's own code copies the rows into a table without any).
"""

import re

import frappe


class SQLiteTable:
	def get_column_definitions(self):
		return [f"`{name}` {self._definition(col)}" for name, col in self._own_columns()]

	def create(self):
		if self.meta.autoname == "autoincrement":
			name, key = "name INTEGER PRIMARY KEY AUTOINCREMENT", ""
		else:  # the key comes last, so that unique columns are checked after it
			name, key = f"name {TEXT} NOT NULL", ", PRIMARY KEY (name)"
		columns = [name, "creation TIMESTAMP", "modified TIMESTAMP", f"modified_by {TEXT}", f"owner {TEXT}"]
		columns += ["docstatus INTEGER NOT NULL DEFAULT 0", "idx INTEGER NOT NULL DEFAULT 0"]
		if self.meta.get("istable", default=0):
			columns += [f"{column} {TEXT}" for column in ("parent", "parentfield", "parenttype")]
		columns += self.get_column_definitions()
		frappe.db.sql_ddl(f"CREATE TABLE `{self.table_name}` ({', '.join(columns)}{key})")
		self._add_index("parent" if self.meta.get("istable", default=0) else "modified")
		for name, col in self._own_columns():
			if col.unique or col.set_index:
				self._add_index(name, unique=col.unique)

	def alter(self):
		for col in self.columns.values():
			col.build_for_alter_table(self.current_columns.get(col.fieldname.lower()))
		for col in self.add_column:  # types are only hints to SQLite: a changed one needs no rebuilding
			frappe.db.sql_ddl(
				f"ALTER TABLE `{self.table_name}` ADD COLUMN `{col.fieldname}` {self._definition(col)}"
			)
		for col in [*self.add_unique, *self.add_index]:
			self._add_index(col.fieldname, unique=col.unique)
		for col in self.drop_unique:
			frappe.db.sql_ddl(f"DROP INDEX IF EXISTS `{self.table_name}_{col.fieldname}_unique`")

	def _own_columns(self):
		defaults = frappe.db.DEFAULT_COLUMNS
		return [(n, c) for n, c in self.columns.items() if n not in defaults and c.get_definition()]

	def _definition(self, col):
		definition = re.sub(r" UNIQUE$", "", col.get_definition())  # ADD COLUMN refuses it: an index does it
		return re.sub(r"^(varchar\(\d+\)|TEXT)", r"\1 COLLATE NOCASE", definition)

	def _add_index(self, column, unique=False):
		kind = "unique" if unique else "index"
		frappe.db.sql_ddl(
			f"CREATE {'UNIQUE ' if unique else ''}INDEX IF NOT EXISTS `{self.table_name}_{column}_{kind}`"
			f" ON `{self.table_name}` (`{column}`)"
		)


TEXT = "varchar(140) COLLATE NOCASE"
