"""What users change, at random, each change in a transaction of its own. More kinds go into CHANGES."""

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import frappe
from frappe.utils import getdate

from medusa_integration import isolation
from tests.support import factories
from tools.chaos import bundles, places, tiers, variants

COUNTRIES = ("Oman", "Germany", "Japan", "India")
TRIES = 20
LONGEST_REST = 0.15  # seconds between two changes of one user
PROGRESS = "medusa_chaos_progress"


def make_changes(number: int, seed: int, mark: str, version: str) -> dict[str, Counter]:
	"""Make `number` changes. One that makes no sense just then (nothing to delete) or that ERPNext refuses is not
	counted; one that loses against another user's is made again, as a user would.

	:param mark: tells this user's new names from others'
	:param version: of Medusa: v1 doesn't have all that is changed
	:returns: `{"made": …, "refused": …, "again": …}`, how many of which kind
	"""
	as_in_a_request()
	user = _User(seed, mark, CHANGES if version == "v1" else CHANGES | OF_V2)
	while user.made.total() < number:
		user.change()
		frappe.cache.hset(PROGRESS, mark, user.made.total())
		time.sleep(user.random.uniform(0, LONGEST_REST))
	return {"made": user.made, "refused": user.refused, "again": user.again}


def as_in_a_request() -> None:
	"""Give this process's connection the setting that a user's request has."""
	frappe.local.request = frappe._dict(method="POST")
	isolation.take_latest_rows()


def progress() -> int:
	"""How many changes all users together have made."""
	return sum(frappe.cache.hgetall(PROGRESS).values())


class _User:
	def __init__(self, seed: int, mark: str, changes: dict[Callable, int]) -> None:
		self.changes = changes
		self.random = random.Random(f"changes {seed} {mark}")
		self.mark = mark
		self.number = 0
		self.made: Counter[str] = Counter()
		self.refused: Counter[str] = Counter()
		self.again: Counter[str] = Counter()

	def change(self) -> None:
		(change,) = self.random.choices(list(self.changes), self.changes.values())
		for _try in range(TRIES):
			try:
				frappe.db.commit()  # sees what others have committed
				if change(self) is not False:
					frappe.db.commit()
					self.made[change.__name__] += 1
				return
			except (
				frappe.QueryDeadlockError,
				frappe.QueryTimeoutError,
				frappe.TimestampMismatchError,
			) as error:
				self._undo()
				self.again[f"{type(error).__name__} {_number(error)}".strip()] += 1
				time.sleep(self.random.uniform(0, 0.1))
			# a rollback takes pictures along that others may have begun to use: Frappe's own files aren't transactional
			except (frappe.ValidationError, FileNotFoundError) as error:
				self._undo()
				self.refused[f"{change.__name__}: {type(error).__name__}"] += 1
				return
		raise RuntimeError(f"{change.__name__} was refused {TRIES} times: {self.again}")

	def _undo(self) -> None:
		frappe.db.rollback()
		frappe.clear_messages()

	def pick(self, doctype: str, **filters):
		"""One of the documents, loaded; None where there is none."""
		names = frappe.get_all(doctype, filters, pluck="name", order_by="name")
		return frappe.get_doc(doctype, self.random.choice(names)) if names else None

	def group(self) -> str:
		groups = frappe.get_all("Item Group", {"is_group": 0}, pluck="name", order_by="name")
		return self.random.choice([name for name in groups if name.startswith("G")])

	def new_name(self, prefix: str) -> str:
		self.number += 1
		return f"{prefix}-{self.mark}{self.number}"

	def words(self) -> str:
		return f"{self.mark} {self.random.randrange(10**6)}"

	def rate(self) -> float:
		return self.random.randrange(1, 10**6) / 1000

	def dates(self) -> dict:
		"""From and until, in either direction of today, or without a limit."""
		start = self.random.choice((None, -20, -1, 0, 1, 10))
		length = self.random.choice((None, 0, 5, 30))
		first = getdate() + timedelta(days=start) if start is not None else None
		last = (first or getdate()) + timedelta(days=length) if length is not None else None
		return {"valid_from": first, "valid_upto": last}


def _number(error: Exception) -> str:
	"""The database's number of an error, such as 1213 of a deadlock; "" for one of Frappe's own."""
	reason = error.args[0] if error.args else None
	return str(reason.args[0]) if isinstance(reason, Exception) and reason.args else ""


def _save(doc, **values) -> bool:
	if not doc:
		return False
	doc.update(values)
	doc.save()
	return True


# --- Website Items and their Items


def edit_texts(user: _User) -> bool:
	words = user.words()
	return _save(
		user.pick("Website Item"),
		web_item_name=f"Title {words}",
		short_description=f"Short {words}",
		web_long_description=f"<p>Long {words}</p><ul><li>one &amp; two</li></ul>",
		ranking=user.random.randrange(10),
		on_backorder=user.random.randrange(2),
	)


def edit_specifications(user: _User) -> bool:
	rows = [
		{"label": f"L{n}", "description": f"<div>{user.words()}</div>"}
		for n in range(user.random.randrange(4))
	]
	return _save(user.pick("Website Item"), website_specifications=rows)


def publish_or_not(user: _User) -> bool:
	doc = user.pick("Website Item")
	return _save(doc, published=int(not doc.published)) if doc else False


def change_picture(user: _User) -> bool:
	pictures = frappe.get_all("File", {"file_name": ("like", "chaos%")}, pluck="file_url", order_by="name")
	return _save(user.pick("Website Item"), website_image=user.random.choice(["", *sorted(set(pictures))]))


def change_origin(user: _User) -> bool:
	return _save(user.pick("Item"), country_of_origin=user.random.choice(COUNTRIES))


def change_group(user: _User) -> bool:
	return _save(user.pick("Item"), item_group=user.group())


def create(user: _User) -> None:
	code = user.new_name("C")
	factories.website_item(code, group=user.group(), website_warehouse=factories.warehouse(places.SHELF))
	factories.item_price(code, user.rate())


def delete(user: _User) -> bool:
	doc = user.pick("Website Item")
	if not doc:
		return False
	doc.delete()
	if user.random.random() < 0.5:
		frappe.delete_doc("Item", doc.item_code)
	return True


def rename(user: _User) -> bool:
	doc = user.pick("Website Item")
	return _rename(doc, user.new_name("WEB"))


def rename_item(user: _User) -> bool:
	return _rename(user.pick("Item"), user.new_name("R"))


def _rename(doc, name: str) -> bool:
	if doc:
		frappe.rename_doc(doc.doctype, doc.name, name, force=True, show_alert=False)
	return bool(doc)


# --- Item Prices


def change_price(user: _User) -> bool:
	return _save(user.pick("Item Price"), price_list_rate=user.rate())


def change_dates(user: _User) -> bool:
	return _save(user.pick("Item Price"), **user.dates())


def add_price(user: _User) -> bool:
	item = user.pick("Item")
	if item:
		factories.item_price(item.name, user.rate(), **user.dates())
	return bool(item)


def delete_price(user: _User) -> bool:
	price = user.pick("Item Price")
	if price:
		price.delete()
	return bool(price)


# --- Item Groups


def add_group(user: _User) -> None:
	factories.item_group(user.new_name("G"), parent=user.random.choice(PARENTS))


def rename_group(user: _User) -> bool:
	return _rename(frappe.get_doc("Item Group", user.group()), user.new_name("G"))


def move_group(user: _User) -> bool:
	group = frappe.get_doc("Item Group", user.group())
	return _save(group, parent_item_group=user.random.choice(PARENTS))


def delete_group(user: _User) -> bool:
	group = user.group()
	if frappe.db.exists("Item", {"item_group": group}):
		return False
	frappe.delete_doc("Item Group", group)
	return True


def add_template(user: _User) -> None:
	variants.add_template(user, places.SHELF)


PARENTS = ("Parent 1", "Parent 2", factories.ROOT_GROUP)
# the kinds of changes, and how often each is made compared with the others
CHANGES: dict[Callable[[_User], bool | None], int] = {
	edit_texts: 20,
	edit_specifications: 6,
	publish_or_not: 9,
	change_picture: 3,
	change_origin: 4,
	change_group: 5,
	create: 9,
	delete: 6,
	rename: 4,
	rename_item: 3,
	change_price: 12,
	change_dates: 5,
	add_price: 5,
	delete_price: 4,
	places.move_stock: 10,
	places.transfer: 4,
	add_group: 1,
	rename_group: 2,
	move_group: 2,
	delete_group: 1,
	add_template: 1,
	variants.add_variant: 6,
	variants.disable_variant: 4,
	variants.delete_variant: 3,
}
OF_V2: dict[Callable[[_User], bool | None], int] = {
	bundles.add_bundle: 5,
	bundles.change_parts: 6,
	bundles.delete_bundle: 3,
	tiers.add_rule: 7,
	tiers.change_rule: 5,
	tiers.delete_rule: 3,
	tiers.add_group_price: 6,
	tiers.move_customer: 3,
}
