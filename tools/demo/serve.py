"""python -m tools.demo.serve: Medusa, the site with its Desk, worker and scheduler, and a shop window, until Ctrl-C.

The catalogue is saved while the worker runs, as in a shop that is in use.
"""

import time
from contextlib import ExitStack

import requests

from tests.medusa.server import Medusa
from tests.site import desk, site
from tests.support.processes import Child, free_port
from tests.support.smtp import MailServer
from tools.demo import offers, options, rows, stage, window
from tools.demo.shop import server as shop
from tools.demo.shop.erpnext import Clerk, ERPNext

console = stage.console


def main() -> None:
	"""Start everything, say where it is, and wait."""
	with console.status("Building the Desk (the first time takes a minute)…"):
		desk.build()
	with ExitStack() as stack:
		medusa, url, front, children = start(stack, rows.read())
		_say_where(medusa, url, front)
		_watch(children)


def start(stack: ExitStack, catalogue: list[rows.Row]) -> tuple[Medusa, str, str, list[Child]]:
	"""Start both sides and the shop window, and fill them; gives Medusa, the site's address, the shop window's, and the site's
	processes, the worker second."""
	medusa = stack.enter_context(stage.medusa_and_site())
	port, front_port = free_port(), free_port()
	url, front = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{front_port}"
	stage.set_site_config(host_name=url, medusa_has_no_admin=1)
	stage.configure(medusa)
	mails = MailServer()
	stack.callback(mails.stop)
	secret = window.configure(medusa, mails, front)
	_make_customer()
	children = [
		stack.enter_context(stage.process(*command))
		for command in (("serve", str(port)), ("worker",), ("schedule",))
	]
	wait_for(url, children[0])
	stage.save_catalogue(catalogue, window.shelf())
	options.save(window.shelf())
	offers.save(medusa, window.shelf())
	window.stock(catalogue, options.stock())
	stage.wait_until_sent(children[1])
	window.furnish()
	stage.wait_until_sent(children[1])
	clerk = Clerk(url, "Administrator", site.PASSWORD)
	application = shop.Server(ERPNext(url, secret), medusa, mails, clerk)
	stack.enter_context(shop.serving(application, front_port))
	return medusa, url, front, children


def _make_customer() -> None:
	"""The Customer of the examples in docs/storefront.md, whom the shop doesn't know yet."""
	import frappe

	from tests.support import factories

	factories.customer("Harbour Clinic", medusa_id=None)
	frappe.db.commit()


def wait_for(url: str, server: Child) -> None:
	"""Wait until the web server of the site answers."""
	while server.alive():
		try:
			if requests.get(f"{url}/api/method/ping", timeout=30).ok:
				return
		except requests.ConnectionError:
			pass
		time.sleep(0.1)
	raise RuntimeError(f"The site's web server has ended:\n{server.tail()}")


def _say_where(medusa: Medusa, url: str, front: str) -> None:
	from tests.support import storefront

	shop = medusa.shop
	products = f"/store/products?region_id={shop['region_id']}&fields=title,*variants.calculated_price"
	for what, where in (
		("Shop window", front),
		("Desk", f"{url}/desk"),
		("  login", f"Administrator / {site.PASSWORD}"),
		("  settings", f"{url}/desk/medusa-configuration"),
		("  products", f"{url}/desk/website-item"),
		("Medusa", f"{medusa.url} (its API: this server has no admin, so the Desk has no links to it)"),
		("  API login", f"{medusa.email} / {medusa.password}"),
		(
			"  products",
			f"curl -H 'x-publishable-api-key: {shop['publishable_key']}' '{medusa.url}{products}'",
		),
		("ERPNext's API", "your first request: docs/storefront.md. For another terminal:"),
		("", f"export ERPNEXT_URL={url} SIGNING_SECRET={storefront.SECRET} API_TOKEN={_api_token()}"),
	):
		console.print(f"{what:13} {where}", soft_wrap=True, markup=False)
	console.print("The data is thrown away at the end. Ctrl-C stops all of it.")


def _api_token() -> str:
	"""A new API key of the user in whose name the shop's server calls, with its secret."""
	from tests.support import storefront

	return storefront.api_key().removeprefix("token ")


def _watch(children: list[Child]) -> None:
	"""Until Ctrl-C, or until one of the site's processes ends: then a RuntimeError with its last words."""
	while True:
		for child in children:
			if not child.alive():
				raise RuntimeError(f"{' '.join(child.popen.args[2:])} has ended:\n{child.tail()}")
		time.sleep(1)


if __name__ == "__main__":
	try:
		main()
	except KeyboardInterrupt:
		console.print("Stopped.")
