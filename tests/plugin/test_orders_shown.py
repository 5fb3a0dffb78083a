"""What the plugin's routes show of an order in ERPNext, and to whom."""

import pytest
import requests

from medusa_integration import signature
from tests.support import buying
from tests.support.storefront import SECRET

FOUND = {
	"sales_order_id": "SAL-ORD-2026 00001",
	"status": "To Bill",
	"deliveries": [{"name": "MAT-DN-1", "status": "To Bill", "tracking_number": "GP 4711"}],
	"invoices": [{"name": "ACC-SINV-1", "status": "Unpaid", "pdf_url": "https://erp.example.com/pdf"}],
}


@pytest.fixture
def buyer(shop):
	return buying.sign_up(shop)


@pytest.fixture
def order(shop, receiver, buyer) -> str:
	receiver.answers["get_order_documents"] = (200, {"message": FOUND})
	return buying.place(shop, [("G-1", 1)], buyer=buyer)


def asked(receiver) -> list:
	return [call for call in receiver.calls if call.name == "get_order_documents"]


def refused(call, code: int) -> dict:
	with pytest.raises(requests.HTTPError) as error:
		call()
	assert error.value.response.status_code == code
	return error.value.response.json()


def test_a_customer_sees_the_order(shop, receiver, buyer, order):
	reply = shop.store("GET", f"/store/erp/orders/{order}", token=buyer.token)
	shown = {name: FOUND[name] for name in ("status", "deliveries", "invoices")}
	assert reply == {"order": {"id": order, **shown}}
	(call,) = asked(receiver)
	assert call.values == {"medusa_order_id": order, "customer_id": buyer.id}
	signature.verify(call.as_request(), SECRET)


def test_an_order_that_erpnext_has_not_got_yet(shop, receiver, buyer, order):
	receiver.answers["get_order_documents"] = (404, {"message": {"error": "There is no order."}})
	reply = shop.store("GET", f"/store/erp/orders/{order}", token=buyer.token)
	assert reply == {"order": {"id": order, "status": None, "deliveries": [], "invoices": []}}
	assert shop.admin("GET", f"/admin/erp/orders/{order}") == {"order": None}


def test_nobody_else_sees_it(shop, receiver, buyer, order):
	other = buying.sign_up(shop, "other@example.com")
	path = f"/store/erp/orders/{order}"
	refused(lambda: shop.store("GET", path, token=other.token), 404)
	refused(lambda: shop.store("GET", path), 401)
	refused(lambda: shop.store("GET", path, token="forged"), 401)
	refused(lambda: shop.store("GET", "/store/erp/orders/order_x", token=buyer.token), 404)
	assert asked(receiver) == []


def test_while_erpnext_is_down_the_customer_is_told_to_come_back(shop, receiver, buyer, order):
	receiver.down()
	reply = refused(lambda: shop.store("GET", f"/store/erp/orders/{order}", token=buyer.token), 503)
	assert "Try again later" in reply["message"]
	assert receiver.url not in str(reply)
	reply = refused(lambda: shop.admin("GET", f"/admin/erp/orders/{order}"), 503)
	assert "ECONNREFUSED" in reply["message"]


def test_a_user_sees_the_sales_order(shop, receiver, order):
	found = shop.admin("GET", f"/admin/erp/orders/{order}")["order"]
	assert found == {**FOUND, "url": f"{receiver.url}/app/sales-order/SAL-ORD-2026%2000001"}
	assert asked(receiver)[-1].values == {"medusa_order_id": order}
	refused(lambda: shop.admin("GET", "/admin/erp/orders/order_x"), 404)


def test_sync_again_tells_erpnext(shop, receiver, order):
	receiver.calls.clear()
	assert shop.admin("POST", f"/admin/erp/orders/{order}/sync") == {"id": order, "queued": True}
	assert receiver.hints() == [{"event": "order.updated", "id": order}]
	refused(lambda: shop.admin("POST", "/admin/erp/orders/order_x/sync"), 404)
	receiver.answers["medusa_webhook"] = (409, {"message": {"error": "Import Orders is switched off."}})
	reply = refused(lambda: shop.admin("POST", f"/admin/erp/orders/{order}/sync"), 503)
	assert "Import Orders is switched off." in reply["message"]


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/sync")])
def test_only_users_reach_the_admins_routes(shop, receiver, buyer, order, method, path):
	receiver.calls.clear()
	address = f"{shop.url}/admin/erp/orders/{order}{path}"
	for headers in ({}, {"Authorization": f"Bearer {buyer.token}"}):
		assert requests.request(method, address, headers=headers, timeout=60).status_code == 401
	assert receiver.calls == []
