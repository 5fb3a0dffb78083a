"""Redis without a Redis: in this process by default, over TCP for several processes."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator


def use_fake() -> None:
	"""Give the engine, which must have been imported and not yet connected, a cache and a queue in this process."""
	import fakeredis
	import frappe.utils.background_jobs
	import frappe.utils.redis_wrapper
	import redis

	server = fakeredis.FakeServer()

	class Cache(frappe.utils.redis_wrapper.RedisWrapper):
		def client_id(self):  # no client tracking here: says so, and the engine does without
			raise redis.exceptions.ConnectionError

	def pool(database: int) -> redis.ConnectionPool:
		return redis.ConnectionPool(connection_class=fakeredis.FakeConnection, server=server, db=database)

	frappe.utils.redis_wrapper.setup_cache = lambda: Cache(connection_pool=pool(0))
	frappe.utils.background_jobs._redis_queue_conn = redis.Redis(connection_pool=pool(1))


@contextlib.contextmanager
def serve(port: int = 0) -> Iterator[str]:
	"""A Redis for several processes on 127.0.0.1 (port 0: a free one); yields its URL, without a database number."""
	import fakeredis

	server = fakeredis.TcpFakeServer(("127.0.0.1", port), server_type="redis")
	threading.Thread(target=server.serve_forever, daemon=True).start()
	try:
		yield f"redis://127.0.0.1:{server.server_address[1]}"
	finally:
		server.shutdown()
		server.server_close()
