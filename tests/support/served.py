"""The site on a port of this machine, for programs that call it over a socket."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import frappe


@contextmanager
def served() -> Iterator[str]:
	"""Serve the site from a thread; gives its address. What the caller has written is committed before."""
	from frappe.app import application
	from werkzeug.serving import WSGIRequestHandler, make_server

	class Quiet(WSGIRequestHandler):
		def log(self, type, message, *args) -> None:
			pass

	site = frappe.local.site

	def of_this_site(environ, start_response):
		return application({**environ, "HTTP_X_FRAPPE_SITE_NAME": site}, start_response)

	frappe.db.commit()
	server = make_server("127.0.0.1", 0, of_this_site, threaded=True, request_handler=Quiet)
	thread = threading.Thread(target=server.serve_forever, args=(0.02,))
	thread.start()
	try:
		yield f"http://127.0.0.1:{server.port}"
	finally:
		server.shutdown()
		thread.join()
		server.server_close()
		frappe.db.rollback()
