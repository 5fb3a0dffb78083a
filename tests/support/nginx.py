"""A real nginx that caches what a site answers, as a shop would put one in front."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import debian
from tests.support.processes import Server, free_port

CONFIGURATION = """
daemon off;
{user}
error_log stderr;
pid {folder}/pid;
events {{}}
http {{
	access_log off;
	client_body_temp_path {folder}/body;
	proxy_temp_path {folder}/proxy;
	fastcgi_temp_path {folder}/fastcgi;
	uwsgi_temp_path {folder}/uwsgi;
	scgi_temp_path {folder}/scgi;
	proxy_cache_path {folder}/cache keys_zone=shop:1m;
	server {{
		listen 127.0.0.1:{port};
		location / {{
			proxy_pass {backend};
			proxy_set_header Host $http_host;
			proxy_cache shop;
			add_header X-Cache $upstream_cache_status always;
		}}
	}}
}}
"""


def ensure() -> str:
	"""Find or install nginx; returns an empty string, or the reason why there is none."""
	return debian.ensure("nginx", "nginx-light")


@contextmanager
def caching(backend: str) -> Iterator[str]:
	"""An nginx in front of a server; gives its address. Its cache is a new one."""
	with tempfile.TemporaryDirectory(prefix="medusa-nginx-") as folder:
		port = free_port()
		configuration = Path(folder, "nginx.conf")
		configuration.write_text(
			CONFIGURATION.format(folder=folder, port=port, backend=backend, user=_user())
		)
		command = [debian.find("nginx"), "-p", folder, "-c", str(configuration)]
		server = Server(command, Path(folder, "log"), port=port)
		try:
			yield f"http://127.0.0.1:{port}"
		finally:
			server.stop()


def _user() -> str:
	"""Root's workers would be nobody, to whom the folder is closed."""
	return "user root;" if os.geteuid() == 0 else ""
