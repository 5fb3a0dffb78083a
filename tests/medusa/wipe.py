"""Emptying the shop between tests, in SQL: what was empty after seeding is emptied again."""

from tests.medusa.postgres import Postgres


def script(server: Postgres, database: str, mixed: str) -> str:
	"""The SQL that brings this freshly seeded database back to how it is now.

	Args:
		mixed: what does so for the tables that hold seeds next to what tests make.
	"""
	tables = server.execute("select tablename from pg_tables where schemaname = 'public'", database).split()
	count = "; ".join(f'select count(*) from "{table}"' for table in tables)
	counts = server.execute(count, database).split()
	empty = [table for table, rows in zip(tables, counts, strict=True) if rows == "0"]
	# as a replica checks no foreign keys, any order will do
	lines = ["begin", "set local session_replication_role = replica", *(f'delete from "{t}"' for t in empty)]
	return ";\n".join(lines) + ";" + mixed + "commit;\n"
