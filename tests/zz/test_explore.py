"""Exploration."""
import json
import pytest
from tests.support import buying, factories
from medusa_integration.medusa.v2.order_parsing import ORDER_FIELDS
from medusa_integration import session

def get(medusa, id, what="orders"):
	rows = medusa.admin("GET", f"/admin/{what}", params={"id[]": [id], "fields": ORDER_FIELDS})[what.replace("-","_")]
	return rows[0] if rows else {}

KEYS = ("id","email","customer","customer_id","metadata","billing_address","shipping_address","updated_at","is_draft_order","status","display_id", "total", "version")
def prune(x):
	if isinstance(x, dict):
		return {k: prune(v) for k, v in x.items() if not k.startswith("raw_") and not k.endswith("_total") and not k.endswith("subtotal") and v not in (None, [], {}) and k not in ("created_at", "detail","tax_lines","adjustments")}
	if isinstance(x, list):
		return [prune(v) for v in x]
	return x
def short(row):
	out = prune({k: v for k, v in row.items() if k in KEYS})
	out["_missing"] = [k for k in KEYS if k not in row]
	out["items"] = [{k: v for k, v in prune(each).items() if k in ("id","title","variant_id","metadata","line_item_metadata","product_title","subtitle", "variant_sku","quantity","unit_price","is_custom_price")} for each in row.get("items", ())]
	return out

def attempt(f, *a, **k):
	try:
		return f(*a, **k)
	except Exception as e:
		return f"ERR {type(e).__name__} {str(e)[:600]}"

def show(label, x):
	print("=====", label)
	print(json.dumps(x, indent=None, default=str)[:3000] if not isinstance(x, str) else x)

def test_deleted(medusa):
	p = buying.product(medusa, "G-1", {"omr": 1.5})
	b = buying.sign_up(medusa, "del@example.com")
	o = buying.place(medusa, [(p["variant_id"], 2)], buyer=b)
	show("before", short(get(medusa, o)))
	show("delete", attempt(medusa.admin, "DELETE", f"/admin/customers/{b.id}"))
	show("after", short(get(medusa, o)))
	show("customer", attempt(medusa.admin, "GET", f"/admin/customers/{b.id}"))
	o = buying.place(medusa, [(p["variant_id"], 2)], email="guest@example.com")
	row = get(medusa, o)
	show("delete guest", attempt(medusa.admin, "DELETE", f"/admin/customers/{row['customer']['id']}"))
	show("after", short(get(medusa, o)))

def test_drafts(medusa):
	p = buying.product(medusa, "G-1", {"omr": 1.5})
	body = {"region_id": medusa.shop["region_id"], "sales_channel_id": medusa.shop["sales_channel_id"],
		"items": [{"variant_id": p["variant_id"], "quantity": 1}, {"title": "Engraving", "quantity": 2, "unit_price": 3, "metadata": {"text": "For Aisha", "lines": [1, 2]}}]}
	show("draft no email", attempt(medusa.admin, "POST", "/admin/draft-orders", body))
	c = medusa.admin("POST", "/admin/customers", {"email": "c@example.com", "first_name": "C"})["customer"]
	r = attempt(medusa.admin, "POST", "/admin/draft-orders", {**body, "customer_id": c["id"], "shipping_address": buying.address()})
	show("draft with customer", short(r["draft_order"]) if not isinstance(r, str) else r)
	for mail in ("x@example.com",):
		r = attempt(medusa.admin, "POST", "/admin/draft-orders", {**body, "email": mail, "shipping_address": buying.address()})
		if isinstance(r, str):
			show("draft with email", r); continue
		id = r["draft_order"]["id"]
		show("update email null", attempt(medusa.admin, "POST", f"/admin/draft-orders/{id}", {"email": None, "customer_id": None}))
		show("begin edit", str(attempt(medusa.admin, "POST", f"/admin/draft-orders/{id}/edit"))[:200])
		show("add item", str(attempt(medusa.admin, "POST", f"/admin/draft-orders/{id}/edit/items", {"items": [{"title": "Hand made", "quantity": 1, "unit_price": 2}]}))[:200])
		show("confirm", str(attempt(medusa.admin, "POST", f"/admin/draft-orders/{id}/edit/confirm"))[:200])
		show("draft", short(get(medusa, id, "draft-orders")))
		show("convert", str(attempt(medusa.admin, "POST", f"/admin/draft-orders/{id}/convert-to-order"))[:200])
		show("order", short(get(medusa, id)))
		show("collections", prune(get(medusa, id).get("payment_collections")))

def test_changes(medusa):
	p = buying.product(medusa, "G-1", {"omr": 1.5})
	o = buying.place(medusa, [(p["variant_id"], 2)], email="guest@example.com", metadata={"note": "x", "gift": {"a": 1}})
	show("before", short(get(medusa, o)))
	show("ship", str(attempt(medusa.admin, "POST", f"/admin/orders/{o}", {"shipping_address": {"address_1": "New 2"}}))[:300])
	show("after1", short(get(medusa, o)))
	show("ship", str(attempt(medusa.admin, "POST", f"/admin/orders/{o}", {"shipping_address": buying.address(address_1="New 3")}))[:300])
	show("after2", short(get(medusa, o)))
	show("email", str(attempt(medusa.admin, "POST", f"/admin/orders/{o}", {"email": "new@example.com"}))[:300])
	show("after3", short(get(medusa, o)))
	show("metadata", str(attempt(medusa.admin, "POST", f"/admin/orders/{o}", {"metadata": {"note": "y"}}))[:300])
	show("after4", short(get(medusa, o)))
	show("country", str(attempt(medusa.admin, "POST", f"/admin/orders/{o}", {"shipping_address": {"country_code": "de"}}))[:600])

def test_transfer(medusa):
	p = buying.product(medusa, "G-1", {"omr": 1.5})
	o = buying.place(medusa, [(p["variant_id"], 2)], email="guest@example.com")
	b = buying.sign_up(medusa, "account@example.com")
	r = attempt(medusa.admin, "POST", f"/admin/orders/{o}/transfer", {"customer_id": b.id})
	show("transfer", str(r)[:300])
	show("requested", short(get(medusa, o)))
	ch = medusa.admin("GET", f"/admin/orders/{o}/changes")["order_changes"]
	show("changes", prune(ch))
	token = next(a["details"]["token"] for c in ch for a in c["actions"] if "token" in (a["details"] or {}))
	show("accept", str(attempt(medusa.store, "POST", f"/store/orders/{o}/transfer/accept", {"token": token}))[:300])
	show("accepted", short(get(medusa, o)))
	show("customer orders", str(attempt(medusa.store, "GET", "/store/orders", token=b.token))[:200])
	c2 = medusa.admin("POST", "/admin/customers", {"email": "c@example.com", "first_name": "C"})["customer"]
	show("customer_id", str(attempt(medusa.admin, "POST", f"/admin/orders/{o}", {"customer_id": c2["id"]}))[:300])

def test_line_metadata(medusa):
	p = buying.product(medusa, "G-1", {"omr": 1.5})
	token = None
	def store(path, body=None):
		return medusa.store("POST", path, body, token=token)
	market = buying.oman(medusa)
	body = {"region_id": market.id, "email": "a@example.com", "items": [{"variant_id": p["variant_id"], "quantity": 1, "metadata": {"engraving": "For Aisha", "n": 3, "o": {"x": [1]}}}], "shipping_address": {**buying.address(), "metadata": {"vat_number": "OM123", "x": 1}}, "metadata": {"gift_note": "hi"}}
	id = store("/store/carts", body)["cart"]["id"]
	store(f"/store/carts/{id}/shipping-methods", {"option_id": next(iter(market.shipping.values()))})
	payment = store("/store/payment-collections", {"cart_id": id})["payment_collection"]["id"]
	store(f"/store/payment-collections/{payment}/payment-sessions", {"provider_id": "pp_system_default"})
	o = store(f"/store/carts/{id}/complete")["order"]["id"]
	show("order", short(get(medusa, o)))
	b = buying.sign_up(medusa, "account@example.com", metadata={"vat": "123"}, phone="+968 2400 0000 / 2400 0001")
	show("customer", prune(medusa.admin("GET", f"/admin/customers/{b.id}", params={"fields": "*,*addresses,+metadata,+addresses.metadata"})))
	o = buying.place(medusa, [(p["variant_id"], 2)], buyer=b)
	show("order", short(get(medusa, o)))
