"""What happens to the buyers' data in Medusa: corrected, given to an account, deleted."""

from tests.support import buying


def correct(person, order: dict) -> bool:
	"""Another street for an order, and half of the time another e-mail."""
	if order["metadata"].get("corrected") or person.random.random() < 0.6:
		return False
	number = person.random.randrange(10**6)
	body = {
		"shipping_address": {"address_1": f"{number} Hill Road"},
		"metadata": {**order["metadata"], "corrected": "yes"},
	}
	if person.random.random() < 0.5 and order["email"]:
		body["email"] = f"corrected-{number}@example.test"
	person.medusa.admin("POST", f"/admin/orders/{order['id']}", body)
	return True


def transfer(person, order: dict) -> bool:
	"""A guest's order becomes an account's: asked for by the operator, accepted by the buyer."""
	medusa, path = person.medusa, f"/orders/{order['id']}"
	if order["metadata"].get("fate") != "transfer" or order["metadata"].get("transferred"):
		return False
	accounts = medusa.admin("GET", "/admin/customers", params={"has_account": "true", "fields": "id,email"})
	kept = [row["id"] for row in accounts["customers"] if row["email"].startswith("buyer-")]
	if order["customer_id"] not in kept:
		if not kept:
			return False
		changes = medusa.admin("GET", f"/admin{path}/changes")["order_changes"]
		actions = [each for row in changes if row["status"] == "requested" for each in row["actions"]]
		if not actions:
			medusa.admin("POST", f"/admin{path}/transfer", {"customer_id": person.random.choice(kept)})
			changes = medusa.admin("GET", f"/admin{path}/changes")["order_changes"]
			actions = [each for row in changes if row["status"] == "requested" for each in row["actions"]]
		(token,) = [each["details"]["token"] for each in actions if "token" in (each["details"] or {})][:1]
		medusa.store("POST", f"/store{path}/transfer/accept", {"token": token})
	medusa.admin("POST", f"/admin{path}", {"metadata": {**order["metadata"], "transferred": "yes"}})
	return True


def sign_up_for_once(buyer):
	"""An account of somebody who will be deleted after the order: see `forget`."""
	number = buyer.random.randrange(10**9)
	return buying.sign_up(buyer.medusa, f"gone-{number}@example.test", last_name=f"Gone {number}")


def forget(buyer, account) -> None:
	"""The buyer wants to be deleted, and is."""
	buyer.medusa.admin("DELETE", f"/admin/customers/{account.id}")
