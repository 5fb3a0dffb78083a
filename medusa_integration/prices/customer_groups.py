"""The customer groups in Medusa that price lists are for: one for each audience that is asked other prices than everybody.

Source: docs/reference.md, "Several price lists".
"""

from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _

from medusa_integration.delivery.kind import Database, Intent, Kind, Result, Row, Run, Task, Write
from medusa_integration.delivery.locks import Exclusive
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError, MedusaRejected
from medusa_integration.prices import price_table
from medusa_integration.prices.price_table import EVERYONE, Audience, ShopPrices

DOCTYPE = "Medusa Customer Group"
LOCK = "medusa customer groups"
FIELDS = ("customer_group", "price_list", "customer")  # those of an Audience


class GroupKind(Kind):
	"""The kind of Medusa's customer groups and their members, about our records of them."""

	name = "Customer Group"
	doctype = DOCTYPE
	ids = {DOCTYPE: ("medusa_id",)}
	prices: Kind  # the kind of the prices that are for a group; set where that is defined

	def prepare(self, run: Run, rows: list[Row]) -> "GroupTask":
		names = [row.reference_name for row in rows]
		fields = ["name", "medusa_id", "title", *FIELDS]
		found = frappe.get_all(DOCTYPE, {"name": ("in", names)}, fields, order_by=None)
		groups = {group.name: group for group in found}
		return GroupTask(rows, groups, members_of(list(map(audience_of, found))), self.prices)


class GroupTask(Task):
	"""Customer groups with their members, one after the other."""

	def __init__(
		self,
		rows: list[Row],
		groups: dict[str, frappe._dict],
		members: dict[Audience, set[str]],
		prices: Kind,
	) -> None:
		there = [row for row in rows if row.reference_name in groups]
		super().__init__(
			settled=[Result.done(row) for row in rows if row.reference_name not in groups],
			vouchers=[(DOCTYPE, row.reference_name) for row in there],
		)
		self.there, self.groups, self.members, self.prices = there, groups, members, prices
		self.titles = {name: title_of(audience_of(group)) for name, group in groups.items()}
		self.known = set(
			frappe.get_all("Customer", {"medusa_id": ("is", "set")}, pluck="medusa_id", order_by=None)
		)

	@property
	def rows(self) -> list[Row]:
		return self.there

	def send(self, medusa: Dialect, database: Database) -> dict[str, Any]:
		"""As in Task. Returns `{our record: id or MedusaRejected}`."""
		reply: dict[str, Any] = {}
		for row in self.there:
			group = self.groups[row.reference_name]
			try:
				reply[group.name] = self._send(medusa, group)
			except MedusaRejected as error:
				reply[group.name] = error
		return reply

	def _send(self, medusa: Dialect, group: frappe._dict) -> str:
		id = medusa.write_customer_group(group.medusa_id or "", self.titles[group.name])
		wanted = self.members[audience_of(group)]
		there = medusa.group_members(id)
		# A customer that ERPNext doesn't know was put in by hand, and stays.
		unknown = medusa.change_group_members(id, wanted - there, (there - wanted) & self.known)
		if unknown:
			self.known -= unknown  # They were deleted in Medusa.
		return id

	def conclude(self, reply: dict[str, Any]) -> list[Result]:
		return [self._result(row, reply[row.reference_name]) for row in self.there]

	def _result(self, row: Row, id: str | MedusaError) -> Result:
		if isinstance(id, MedusaError):
			return Result.failed(row, id)
		group = self.groups[row.reference_name]
		values = {"medusa_id": id, "title": self.titles[group.name]}
		# The price lists name the group by its id.
		then = [] if group.medusa_id in (None, "", id) else [Intent(self.prices, page) for page in _pages()]
		return Result.done(row, [Write(DOCTYPE, group.name, values)], then)


GROUP = GroupKind()


def _pages() -> list[str]:
	return frappe.get_all("Website Item", {"medusa_id": ("is", "set")}, pluck="name", order_by="name")


# --- our records


def audience_of(group: frappe._dict) -> Audience:
	return Audience(*(group.get(field) or "" for field in FIELDS))


def known(audiences: Iterable[Audience]) -> dict[Audience, frappe._dict]:
	"""`{audience: our record of its group, with name, medusa_id and title}`, in one query."""
	wanted = set(audiences)
	if not wanted:
		return {}
	fields = ["name", "medusa_id", "title", *FIELDS]
	found: dict[Audience, frappe._dict] = {}
	for group in frappe.get_all(DOCTYPE, {}, fields, order_by="creation desc"):
		if audience_of(group) in wanted:
			found[audience_of(group)] = group
	return found


def made(audiences: Iterable[Audience]) -> dict[Audience, frappe._dict]:
	"""As `known`; the missing ones are made and committed."""
	wanted = set(audiences) - {EVERYONE}
	found = known(wanted)
	if wanted - found.keys():
		frappe.db.commit()  # a new snapshot
		lock = Exclusive(LOCK)
		lock.acquire()
		try:
			found = known(wanted)
			for audience in sorted(wanted - found.keys()):
				doc = frappe.new_doc(DOCTYPE)
				doc.update({**dict(zip(FIELDS, audience, strict=True)), "title": title_of(audience)})
				doc.insert(ignore_permissions=True)
				found[audience] = frappe._dict(doc.as_dict())
			frappe.db.commit()
		finally:
			lock.release()
	return found


def title_of(audience: Audience) -> str:
	"""The name of an audience's group in Medusa."""
	if audience.customer:
		name = frappe.get_cached_value("Customer", audience.customer, "customer_name") or audience.customer
		words = _("Customer {0}") if name == audience.customer else _("Customer {0} ({1})")
		return words.format(audience.customer, name)
	names = [audience.customer_group]
	if audience.price_list:
		names.append(_("Price List {0}").format(audience.price_list))
	return ", ".join(filter(None, names))


def members_of(audiences: list[Audience]) -> dict[Audience, set[str]]:
	"""`{audience: the ids in Medusa of its customers}`, in a constant number of queries."""
	found: dict[Audience, set[str]] = {audience: set() for audience in audiences}
	if not audiences or not price_table.is_used():
		return found
	shop, owners = ShopPrices(), price_table.owners_of_prices(price_table.price_lists())
	for row in price_table.all_customers():
		audience = shop.audience_of(row, row.name in owners)
		if audience in found:
			found[audience].add(row.medusa_id)
	return found
