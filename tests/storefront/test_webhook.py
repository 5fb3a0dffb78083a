"""What the shop calls when something has happened in Medusa: a row in the inbox, and nothing else."""

import json

import frappe
import pytest
from frappe.utils.background_jobs import is_job_enqueued

from medusa_integration.delivery.box import inbox
from medusa_integration.signature import HEADER
from medusa_integration.sync import polling
from tests.site import Client
from tests.support.storefront import PATH, Shop, configure_storefront, signed
from tests.support.workers import Worker, start

NAME = "medusa_webhook"
ORDER = "order_01JDB42N8C3R9T7W1Y5A8B6DEF"
# Nothing listens there: a hint makes no call.
SOMEWHERE = {
	"url": "http://127.0.0.1:9",
	"admin_email": "a@example.com",
	"admin_password": "secret",
	"api_version": "v2",
}


@pytest.fixture
def shop():
	configure_storefront(enable=1, import_orders=1, **SOMEWHERE)
	frappe.db.delete("Medusa Outbox")
	frappe.db.commit()
	return Shop()


def rows() -> list[tuple[str, str, int]]:
	frappe.db.rollback()
	fields = ["kind", "reference_name", "revision"]
	found = frappe.get_all(inbox.doctype, fields=fields, order_by="name")
	return [(row.kind, row.reference_name, row.revision) for row in found]


def words(response, code: int = 202) -> str:
	assert response.status_code == code, response.text
	message = response.json["message"]
	return message if code == 202 else message["error"]


@pytest.mark.parametrize(
	"event", ["order.placed", "order.updated", "order.canceled", "order.completed", "order.payment_captured"]
)
def test_an_order_is_queued(shop, event):
	assert ORDER in words(shop.call(NAME, event=event, id=ORDER))
	assert rows() == [("Order", ORDER, 1)]
	assert is_job_enqueued(inbox.job.id)
	assert frappe.get_all("Medusa Request Log") == []


@pytest.mark.parametrize(
	("event", "id"),
	[
		("order.fulfillment_created", "ful_01"),
		("order.fulfillment_canceled", "ful_01"),
		("order.return_requested", "return_01"),
		("order.return_received", "return_01"),
		("order-edit.confirmed", "ordch_01"),
		("payment.captured", "pay_01"),
		("payment.refunded", "pay_01"),
		("shipment.created", "ful_01"),
		("delivery.created", "ful_01"),
	],
)
def test_a_part_of_an_order_means_the_order(shop, event, id):
	words(shop.call(NAME, event=event, id=id, order_id=ORDER))
	assert rows() == [("Order", ORDER, 1)]
	assert not is_job_enqueued(polling.JOB_ID)
	assert "looked for" in words(shop.call(NAME, event=event, id=id))
	assert rows() == [("Order", ORDER, 1)]
	assert is_job_enqueued(polling.JOB_ID)
	words(shop.call(NAME, event=event, id=ORDER))
	assert rows() == [("Order", ORDER, 2)]


@pytest.mark.parametrize(
	"event", ["product.updated", "order", "order.", "cart.created", "orders.placed", "order.placed.x"]
)
def test_other_events_are_ignored(shop, event):
	assert "Ignored" in words(shop.call(NAME, event=event, id=ORDER))
	assert rows() == []


@pytest.mark.parametrize(
	("event", "arguments"),
	[
		("order.placed", {"id": "cus_01JDB3W1S6YQ5V2M8K0T7H9XRF"}),
		("order.placed", {"id": "xorder_1"}),
		("order.placed", {"id": "order_"}),
		("order.placed", {"id": "order_1\n"}),
		("order.placed", {"id": "order_\x00"}),
		("order.placed", {"id": "order_" + "1" * 200}),
		("order.placed", {"id": "order_1/../../admin"}),
		("order.placed", {"id": ""}),
		("order.placed", {"id": 5}),
		("order.placed", {"id": ["order_1"]}),
		("order.placed", {}),
		("customer.updated", {"id": ORDER}),
		("payment.captured", {"id": "pay_1", "order_id": "cus_1"}),
		("payment.captured", {"id": "pay_1", "order_id": "%"}),
		("", {"id": ORDER}),
		("order.\x07", {"id": ORDER}),
		("x" * 200, {"id": ORDER}),
	],
)
def test_ids_of_other_kinds_are_refused(shop, event, arguments):
	words(shop.call(NAME, event=event, **arguments), 400)
	assert rows() == []


def test_while_switched_off_hints_are_refused(shop):
	configure_storefront(import_orders=0)
	assert "Import Orders" in words(shop.call(NAME, event="order.placed", id=ORDER), 409)
	configure_storefront(enable=0, import_orders=1)
	assert "Enable" in words(shop.call(NAME, event="order.placed", id=ORDER), 503)
	assert rows() == []


def test_forged_altered_replayed_and_stale_hints_are_refused(shop):
	body = json.dumps({"event": "order.placed", "id": ORDER}).encode()
	other = body.replace(b"placed", b"closed")

	def code(sent: bytes, header: str = "") -> int:
		headers = {HEADER: header} if header else {}
		return (
			Client()
			.post(PATH + NAME, data=sent, content_type="application/json", headers=headers)
			.status_code
		)

	header = signed("POST", PATH + NAME, body)
	assert code(body) == 401
	assert code(body, signed("POST", PATH + NAME, body, secret="forged")) == 401
	assert code(other, header) == 401
	assert code(body, signed("POST", PATH + NAME, body, at=0)) == 401
	assert rows() == []
	assert [code(body, header), code(body, header)] == [202, 401]
	assert rows() == [("Order", ORDER, 1)]


def test_a_repeated_event_is_one_row(shop):
	for _time in range(3):
		words(shop.call(NAME, event="order.updated", id=ORDER))
	assert rows() == [("Order", ORDER, 3)]


def deliver(event: str, id: str) -> int:
	"""In a process of its own."""
	return Shop().call(NAME, event=event, id=id).status_code


@pytest.mark.mariadb
def test_ten_deliveries_at_once_are_one_row(shop):
	workers = start(*(Worker(deliver, event="order.placed", id=ORDER) for _number in range(10)))
	assert [worker.result() for worker in workers] == [202] * 10
	assert rows() == [("Order", ORDER, 10)]


def test_the_webhook_takes_no_get(shop):
	path = f"{PATH}{NAME}?event=order.placed&id={ORDER}"
	response = Client().get(path, headers={HEADER: signed("GET", path, b"")})
	assert response.status_code == 403
	assert rows() == []
