"""python -m tools.benchmarks.arrival: how long it takes from a completed cart in Medusa to its Sales Order, told by the plugin
and found by the poll.
"""

import argparse
import time
from collections.abc import Callable
from statistics import median

from tools.demo import stage

SKU = "ARRIVAL"
LONGEST = 60  # seconds to wait for one order


def main() -> None:
	parser = argparse.ArgumentParser("python -m tools.benchmarks.arrival")
	parser.add_argument("--orders", type=int, default=30, help="placed one after the other, each way")
	parser.add_argument("--db", choices=("sqlite", "mariadb"), default="sqlite", help="of the embedded site")
	chosen = parser.parse_args()
	with stage.medusa_and_site(chosen.db):
		for name, value in measure(chosen.orders).items():
			stage.console.print(f"{name:>32} {value:.2f}")


def measure(orders: int = 30) -> dict[str, float]:
	"""Median seconds, with a Medusa of its own that has the plugin.

	`orders_told_seconds`: from the reply to `complete` to the committed Sales Order, by the plugin's hint. And
	`orders_poll_seconds`: from the start of a poll to the Sales Order; how long an order waits for the poll is a setting.

	:param orders: how many are placed, each way
	"""
	from tests.medusa.server import CACHE, Medusa
	from tests.medusa.with_plugin import WithPlugin
	from tests.support.served import served
	from tests.support.storefront import SECRET

	with served() as url, stage.process("worker"):
		project = WithPlugin(CACHE, {"erpUrl": url, "signingSecret": SECRET, "timeout": 20_000})
		with Medusa.start(project=project) as medusa:
			_prepare(medusa)
			_seconds(medusa)  # what the first order costs once
			told = [_seconds(medusa) for _ in range(orders)]
			project.options = {**project.options, "erpUrl": "http://127.0.0.1:9"}  # Nobody listens there.
			medusa.restart()
			_poll_here()
			polled = [_seconds(medusa, _poll) for _ in range(orders)]
	return {"orders_told_seconds": median(told), "orders_poll_seconds": median(polled)}


def _prepare(medusa) -> None:
	from tests.support import arriving, buying, factories
	from tests.support.storefront import configure_storefront

	stage.configure(medusa)
	configure_storefront()
	arriving.set_precision(3)
	arriving.configure_orders(server=False, submit_orders=1)
	made = buying.product(medusa, SKU, stock=100_000)
	factories.item(SKU, is_stock_item=0, medusa_variant_id=made["variant_id"])


def _poll_here() -> None:
	"""The first look has all orders of before, too."""
	from medusa_integration.api import poll_medusa
	from medusa_integration.delivery import outage

	outage.end()  # of the restart
	poll_medusa()


def _poll() -> None:
	from medusa_integration.sync import polling

	polling.start_now()


def _seconds(medusa, then: Callable[[], None] = lambda: None) -> float:
	"""Place an order, and wait for its Sales Order."""
	import frappe

	from tests.support import buying

	frappe.db.commit()
	order = buying.place(medusa, [(SKU, 2)])
	began = time.perf_counter()
	then()
	while time.perf_counter() - began < LONGEST:
		frappe.db.rollback()
		if frappe.db.exists("Sales Order", {"medusa_order_id": order}):
			return time.perf_counter() - began
		time.sleep(0.01)
	rows = frappe.get_all("Medusa Inbox", fields=["reference_name", "status", "error"])
	raise RuntimeError(f"{order} hasn't arrived: {rows}")


if __name__ == "__main__":
	main()
