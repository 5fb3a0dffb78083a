"""The bench's command line; see `python -m tests.bench --help`."""

from __future__ import annotations

import argparse
import json

from . import engine, site

HELP = "The commands share a bench folder; all but new-site expect its site to be up."


def new_site(args: argparse.Namespace) -> None:
	site.prepare()
	print(engine.current.path())


def serve(args: argparse.Namespace) -> None:
	from frappe.app import application
	from werkzeug.middleware.shared_data import SharedDataMiddleware
	from werkzeug.serving import run_simple

	bench = engine.current
	static = {"/assets": str(bench.sites / "assets"), "/files": str(bench.path("public", "files"))}
	run_simple("127.0.0.1", args.port, SharedDataMiddleware(application, static), threaded=True)


def worker(args: argparse.Namespace) -> None:
	from frappe.utils.background_jobs import start_worker

	start_worker(args.queues, quiet=True)


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
	parser = argparse.ArgumentParser("python -m tests.bench", description=HELP)
	parser.add_argument("--db", choices=("sqlite", "mariadb"), default="sqlite")
	parser.add_argument("--bench", help="its folder (default: .cache/bench/serve-<db>)")
	parser.add_argument("--redis", help=f"redis://host:port (default: ${engine.REDIS_VARIABLE})")
	commands = parser.add_subparsers(required=True, metavar="command")

	def command(function, text: str) -> argparse.ArgumentParser:
		sub = commands.add_parser(function.__name__.replace("_", "-"), help=text)
		sub.set_defaults(function=function)
		return sub

	command(new_site, "a new site, with what is in it now thrown away")
	command(serve, "HTTP on 127.0.0.1, with /assets and /files").add_argument("port", type=int)
	command(worker, "work off background jobs").add_argument("queues", nargs="?", help="e.g. short,default")
	command(schedule, "queue the scheduled jobs when they are due")
	sub = command(execute, "call a function of an app, commit, print what it returns")
	sub.add_argument("method", help="dotted name")
	sub.add_argument("arguments", nargs="?", default="{}", help="keyword arguments as JSON")
	return parser.parse_args()


if __name__ == "__main__":
	options = parse()
	engine.boot(options.db, options.bench or engine.CACHE / f"serve-{options.db}", redis_url=options.redis)
	options.function(options)
