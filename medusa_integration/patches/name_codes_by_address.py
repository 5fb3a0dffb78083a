"""Before the schema sync: one Email OTP for each address, named by it, and one Website Coupon Code for each code.

Sites that ran the app's predecessor have several rows of one address, with other names and codes in clear text. The
columns are unique from now on, and a row that isn't named by its address is never found.
"""

import json
from collections import defaultdict
from collections.abc import Callable

import frappe

from medusa_integration.setup import older_columns
from medusa_integration.tolerated import tolerated

OTP, COUPON = "Email OTP", "Website Coupon Code"
SHOWN = "*" * 8  # in the field, where a password is stored
HASH_SIGN = "$"  # between salt and hash of a stored code
Groups = dict[str, list[frappe._dict]]


def execute() -> None:
	"""Name the rows, delete doubles, void the codes of rows that were renamed, and tell of deleted coupons."""
	older_columns.name_by_text()
	for doctype, field, work in ((OTP, "email", _name_otps), (COUPON, "code", _name_coupons)):
		if frappe.db.table_exists(doctype) and field in frappe.db.get_table_columns(doctype):
			with tolerated(f"Medusa: {doctype} can't be named by {field}"):
				work()


def _name_otps() -> None:
	groups = _groups(OTP, lambda row: (row.email or "").strip().lower())
	_delete(OTP, groups.pop("", []))  # of no address
	kept = {key: max(rows, key=_newest) for key, rows in groups.items()}
	for key, rows in groups.items():
		_void(kept[key], key)
		_move_password(kept[key], key, rows)
	_settle(OTP, "email", groups, kept)


def _name_coupons() -> None:
	groups = _groups(COUPON, lambda row: (row.code or "").strip().casefold() or row.name.casefold())
	of_group = {
		key: max(rows, key=lambda row: (bool(row.claimed), *_newest(row))) for key, rows in groups.items()
	}
	kept = {(row.code or "").strip() or row.name: row for row in of_group.values()}
	by_code = {code: groups[code.casefold()] for code in kept}
	lost = [row for code, rows in by_code.items() for row in rows if row.name != kept[code].name]
	_settle(COUPON, "code", by_code, kept)
	if lost:
		words = "Each code has one coupon from now on: the claimed one, else the newest. Deleted:"
		rows = json.dumps(lost, default=str, indent=1, ensure_ascii=False)
		frappe.log_error(title="Medusa: doubles of coupons were deleted", message=f"{words}\n{rows}")


def _groups(doctype: str, key_of: Callable[[frappe._dict], str]) -> Groups:
	table = frappe.qb.DocType(doctype)
	groups = defaultdict(list)
	for row in frappe.qb.from_(table).select("*").run(as_dict=True):
		row.name = str(row.name)  # The predecessor may have numbered them.
		groups[key_of(row)].append(row)
	return groups


def _newest(row: frappe._dict) -> tuple:
	return str(row.modified), str(row.creation), row.name


def _settle(doctype: str, field: str, groups: Groups, kept: dict[str, frappe._dict]) -> None:
	"""Delete the other rows, and give the kept ones their names; by way of names that no row has."""
	_delete(doctype, [row for key, rows in groups.items() for row in rows if row.name != kept[key].name])
	moved = [(key, row) for key, row in kept.items() if (row.name, row[field]) != (key, key)]
	for number, (_key, row) in enumerate(moved):
		_update(doctype, row.name, {"name": f"medusa-moved-{number}"})
	for number, (key, _row) in enumerate(moved):
		_update(doctype, f"medusa-moved-{number}", {"name": key, field: key})


def _void(row: frappe._dict, key: str) -> None:
	"""Void a code in clear text, and that of a row with another name: the next request gets a new one."""
	is_ours = row.name == key and (not row.otp or HASH_SIGN in str(row.otp))
	if not is_ours or row.status not in ("Pending", "Verified", "Expired"):
		status = "Verified" if row.status == "Verified" else "Expired"
		values = {"otp": None, "status": status, "last_sent": None, "tries": 0, "askers": None}
		there = frappe.db.get_table_columns(OTP)
		_update(OTP, row.name, {field: value for field, value in values.items() if field in there})


def _move_password(row: frappe._dict, key: str, rows: list[frappe._dict]) -> None:
	"""Leave the newest stored password of an address to its row, under the row's new name."""
	auth = frappe.qb.Table("__Auth")
	names = [each.name for each in rows]
	of_rows = (auth.doctype == OTP) & (auth.fieldname == "password") & auth.name.isin([*names, key])
	stored = dict(frappe.qb.from_(auth).select(auth.name, auth.password).where(of_rows).run())
	owners = [each for each in sorted(rows, key=_newest) if each.name in stored]
	if not owners or (names == [key] and key in stored):
		return
	frappe.qb.from_(auth).delete().where(of_rows).run()
	columns = ("doctype", "name", "fieldname", "password", "encrypted")
	frappe.qb.into(auth).columns(*columns).insert(OTP, key, "password", stored[owners[-1].name], 1).run()
	_update(OTP, row.name, {"password": SHOWN})


def _update(doctype: str, name: str, values: dict) -> None:
	sets = ", ".join(f"`{column}` = %s" for column in values)
	frappe.db.sql(f"update `tab{doctype}` set {sets} where name = %s", (*values.values(), name))


def _delete(doctype: str, rows: list[frappe._dict]) -> None:
	for part in frappe.utils.create_batch([row.name for row in rows], 500):
		frappe.db.delete(doctype, {"name": ("in", part)})
