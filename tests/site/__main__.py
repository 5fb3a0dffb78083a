"""The embedded site's command line; see `python -m tests.site --help`."""

from __future__ import annotations

import argparse
import json
import logging

from . import engine, site

HELP = "Without --join the command has a new site of its own, for as long as it runs."


def new_site(args: argparse.Namespace) -> None:
	print(engine.current.path())


def serve(args: argparse.Namespace) -> None:
	from frappe.app import application
	from werkzeug.middleware.shared_data import SharedDataMiddleware
	from werkzeug.serving import make_server

	current = engine.current
	static = {"/assets": str(current.sites / "assets"), "/files": str(current.path("public", "files"))}
	logging.getLogger("werkzeug").setLevel(logging.WARNING)
	server = make_server("127.0.0.1", args.port, SharedDataMiddleware(application, static), threaded=True)
	site.configure(host_name=f"http://127.0.0.1:{server.port}")  # for absolute URLs, as of images
	print(f"http://127.0.0.1:{server.port}", flush=True)
	server.serve_forever()


def worker(args: argparse.Namespace) -> None:
	import frappe
	from frappe.utils.background_jobs import get_queue_list, get_redis_conn
	from rq import SimpleWorker  # one that doesn't fork: a fork would import everything again for each job

	with frappe.init_site():
		queues = get_queue_list(args.queues and args.queues.split(","), build_queue_name=True)
		worker = SimpleWorker(queues, connection=get_redis_conn())
	worker.work(logging_level="WARNING")


def schedule(args: argparse.Namespace) -> None:
	from frappe.utils.scheduler import start_scheduler

	start_scheduler()


def execute(args: argparse.Namespace) -> None:
	import frappe

	site.connect(test_mode=False)
	result = frappe.get_attr(args.method)(**json.loads(args.arguments))
	frappe.db.commit()
	if result is not None:
		print(frappe.as_json(result))


def parse() -> argparse.Namespace:
	parser = argparse.ArgumentParser("python -m tests.site", description=HELP)
	parser.add_argument("--db", choices=("sqlite", "mariadb"), default="sqlite")
	parser.add_argument("--join", help="folder of an embedded site that another process keeps up")
	commands = parser.add_subparsers(required=True, metavar="command")

	def command(function, text: str) -> argparse.ArgumentParser:
		sub = commands.add_parser(function.__name__.replace("_", "-"), help=text)
		sub.set_defaults(function=function)
		return sub

	command(new_site, "make the site (and the snapshot that others start from)")
	command(serve, "HTTP on 127.0.0.1 (port 0: a free one), with /assets and /files").add_argument(
		"port", type=int
	)
	command(worker, "work off background jobs").add_argument("queues", nargs="?", help="e.g. short,default")
	command(schedule, "queue the scheduled jobs when they are due")
	sub = command(execute, "call a function of an app, commit, print what it returns")
	sub.add_argument("method", help="dotted name")
	sub.add_argument("arguments", nargs="?", default="{}", help="keyword arguments as JSON")
	return parser.parse_args()


if __name__ == "__main__":
	options = parse()
	engine.boot(options.db, options.join)
	if not options.join:
		site.prepare()
	options.function(options)
