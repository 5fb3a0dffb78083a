"""python -m tools.benchmarks.browsing: what a page of the catalogue costs, beside the same page card by card, the menu, and
a cached page beside Frappe's own ping. On MariaDB, 5,000 products in 200 Item Groups, then 50,000.
"""

import http.client
import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

if __name__ == "__main__":  # Frappe can't be imported before.
	from tests import site

	site.boot("mariadb")

import frappe
from frappe.utils.background_jobs import get_queue

from medusa_integration import api, generation
from medusa_integration.storefront import kept_counts
from medusa_integration.storefront.access import ENDPOINTS
from tests.support.checks import queries
from tests.support.processes import free_port
from tests.support.storefront import configure_storefront
from tools.benchmarks import cards_one_by_one
from tools.benchmarks.window_rows import BUYER, FEW, MANY, ROOT_GROUP, URL, add, filled
from tools.demo import stage

ROUNDS, WARM = 40, 5
COLD_ROUNDS = 8  # of pages right after a change, and of pages of which nothing is kept
REQUESTS, SERIES = 60, 7  # of one series over HTTP; series of each, turn by turn
FILTERS = {"brand": ["Bench Brand 1", "Bench Brand 2", "Bench Brand 3"], "colour": ["Red", "Blue"]}
PING = "/api/method/ping"
PAGE = f"/api/method/medusa_integration.api.get_website_items?url={URL}"


def measure() -> dict[str, float]:
	"""The figures of the benchmark; leaves the site as it was."""
	configure_storefront(calls_per_minute=10_000_000)
	with filled():
		add(0, FEW)
		figures = {**_in_process(), **_over_http()}
		_tell(figures)
		few, few_cold = _p50(_turning(_page)), _p50(_cold(_page), COLD_ROUNDS, _count_waiting)
		add(FEW, MANY)
		first = {
			"catalogue_first_ms_50k": _p50(_first(_page), COLD_ROUNDS) * 1000,
			"catalogue_search_first_ms_50k": _p50(_first(_search), COLD_ROUNDS) * 1000,
			"catalogue_by_price_first_ms_50k": _seconds(_first(_by_price)) * 1000,
			"catalogue_by_price_ms_50k": _p50(_by_price, COLD_ROUNDS) * 1000,
		}
		many, many_cold = _p50(_turning(_page)), _p50(_cold(_page), COLD_ROUNDS, _count_waiting)
	return {
		**figures,
		"catalogue_growth": many / few,
		"catalogue_growth_cold": many_cold / few_cold,
		"catalogue_cold_ms_50k": many_cold * 1000,
		**first,
	}


def _in_process() -> dict[str, float]:
	"""Queries, and medians of times without HTTP; a page and the same card by card right after each other."""
	pages, filtered = _turning(_page), _turning(_filtered)
	pairs = [(_seconds(pages), _seconds(_one_by_one(n % 20 + 1))) for n in range(WARM + ROUNDS)][WARM:]
	figures = {
		"catalogue_ms": statistics.median(ours for ours, _theirs in pairs) * 1000,
		"catalogue_filtered_ms": _p50(filtered) * 1000,
		"catalogue_cold_ms": _p50(_cold(_page), COLD_ROUNDS, _count_waiting) * 1000,
		"catalogue_filtered_cold_ms": _p50(_cold(_filtered), COLD_ROUNDS, _count_waiting) * 1000,
		"cards_one_by_one_ms": statistics.median(theirs for _ours, theirs in pairs) * 1000,
		"catalogue_p50_vs_cards": statistics.median(theirs / ours for ours, theirs in pairs),
		"catalogue_queries": max(
			len(queries(_first(page))) for page in (lambda: _page(2), lambda: _filtered(1))
		),
		"cards_one_by_one_queries": len(queries(_one_by_one(3))),
	}
	for name, arguments in (("get_menu", {"parent": ROOT_GROUP, "mobile_view": 1}), ("get_top_sellers", {})):
		if name in ENDPOINTS:
			call = getattr(api, name)
			short = name.removeprefix("get_")
			figures[f"{short}_ms"] = _p50(lambda call=call, arguments=arguments: call(**arguments)) * 1000
			figures[f"{short}_queries"] = len(
				queries(lambda call=call, arguments=arguments: call(**arguments))
			)
	return figures


def _page(number: int = 1):
	return api.get_website_items(url=URL, customer_id=BUYER, page=number)


def _filtered(number: int = 1):
	return api.get_website_items(url=URL, customer_id=BUYER, page=number, **FILTERS)


def _search():
	"""Two words, one of them with a typing error."""
	return api.get_website_items(url=URL, search="prodcut 0123")


def _by_price():
	return api.get_website_items(url=URL, sort_order="price_asc")


def _one_by_one(number: int) -> Callable:
	return lambda: cards_one_by_one.page(ROOT_GROUP, BUYER, number)


def _turning(page: Callable) -> Callable:
	"""Calls for one of the first pages after the other."""
	numbers = iter(range(10**9))
	return lambda: page(next(numbers) % 10 + 1)


def _cold(page: Callable) -> Callable:
	"""Calls for a page right after a change: what the next visitor waits for."""

	def call():
		generation.moved()
		frappe.db.commit()
		return page()

	return call


def _first(page: Callable) -> Callable:
	"""Calls for a page that nobody has asked for within the hour: nothing is kept of it."""

	def call():
		frappe.cache.delete_keys(f"{generation.KEY}:")
		return page()

	return call


def _count_waiting() -> None:
	"""What a worker does between two visitors: the jobs that count large listings anew."""
	for job in get_queue("short").jobs:
		if job.kwargs.get("site") == frappe.local.site and job.kwargs.get("method") == kept_counts.JOB:
			job.delete()
			api.count_listing(**job.kwargs["kwargs"])


def _p50(call: Callable, rounds: int = ROUNDS, before: Callable[[], None] = lambda: None) -> float:
	return statistics.median([_seconds(call, before) for _ in range(WARM + rounds)][WARM:])


def _seconds(call: Callable, before: Callable[[], None] = lambda: None) -> float:
	before()
	frappe.db.rollback()
	began = time.perf_counter()
	call()
	return time.perf_counter() - began


# --- over HTTP


def _over_http() -> dict[str, float]:
	"""Requests a second of one client to one worker: a stranger's page, ping, and others, turn by turn."""
	filters = "&brand=Bench+Brand+1&brand=Bench+Brand+2&colour=Red"
	paths = {"page": PAGE, "ping": PING, "filtered": PAGE + filters}
	for name, query in (
		("get_menu", f"?parent={ROOT_GROUP.replace(' ', '+')}&mobile_view=1"),
		("get_top_sellers", ""),
	):
		if name in ENDPOINTS:
			paths[name.removeprefix("get_")] = f"/api/method/medusa_integration.api.{name}{query}"
	with _served() as port:
		client = http.client.HTTPConnection("127.0.0.1", port)
		for path in paths.values():
			_series(client, path, 20)
		series = [
			{name: _series(client, path, REQUESTS) for name, path in paths.items()} for _ in range(SERIES)
		]
	rates = {f"{name}_per_second": statistics.median(each[name] for each in series) for name in paths}
	return {
		**rates,
		"catalogue_vs_ping": statistics.median(each["page"] / each["ping"] for each in series),
	}


def _series(client: http.client.HTTPConnection, path: str, count: int) -> float:
	began = time.perf_counter()
	for _ in range(count):
		client.request("GET", path, headers={"Host": frappe.local.site})
		response = client.getresponse()
		body = response.read()
		if response.status != 200:
			raise RuntimeError(f"{path}: {response.status} {body[:500]!r}")
	return count / (time.perf_counter() - began)


@contextmanager
def _served() -> Iterator[int]:
	port = free_port()
	with stage.process("serve", str(port)) as server:
		until = time.monotonic() + 60
		while not _answers(port):
			if time.monotonic() > until or not server.alive():
				raise RuntimeError(server.tail())
			time.sleep(0.1)
		yield port


def _answers(port: int) -> bool:
	try:
		socket.create_connection(("127.0.0.1", port), timeout=1).close()
	except OSError:
		return False
	return True


def measured_apart() -> dict[str, float]:
	"""The figures, on a MariaDB of their own in a process of its own."""
	command = [sys.executable, "-m", "tools.benchmarks.browsing"]
	run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=stage.ROOT)
	return json.loads(run.stdout[run.stdout.index("{") :])


def _tell(figures: dict[str, float]) -> None:
	print({name: round(value, 3) for name, value in figures.items()}, file=sys.stderr, flush=True)


def main() -> None:
	"""Measure on a fresh site, without a Medusa, and print the figures."""
	site.prepare()
	site.connect(test_mode=False)
	print(json.dumps({name: round(value, 3) for name, value in measure().items()}, indent=1))


if __name__ == "__main__":
	main()
