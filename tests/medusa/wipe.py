"""Emptying the shop between tests, in SQL: what was empty after seeding is emptied again."""

from tests.medusa.postgres import Postgres

# Tables that hold seeds next to what tests make. Prices are told apart by whose they are: the seeds' one is the
# shipping option's. Sign-ins by who they belong to: customers' go, the admin's stays.
MIXED = """
delete from price where price_set_id not in (select price_set_id from shipping_option_price_set);
delete from price_set where id not in (select price_set_id from shipping_option_price_set);
delete from auth_identity where app_metadata ->> 'user_id' is null;
delete from provider_identity where auth_identity_id not in (select id from auth_identity);
"""


def script(server: Postgres, database: str) -> str:
	"""The SQL that brings this freshly seeded database back to how it is now."""
	tables = server.execute("select tablename from pg_tables where schemaname = 'public'", database).split()
	count = "; ".join(f'select count(*) from "{table}"' for table in tables)
	counts = server.execute(count, database).split()
	empty = [table for table, rows in zip(tables, counts, strict=True) if rows == "0"]
	# as a replica checks no foreign keys, any order will do
	lines = ["begin", "set local session_replication_role = replica", *(f'delete from "{t}"' for t in empty)]
	return ";\n".join(lines) + ";" + MIXED + "commit;\n"
