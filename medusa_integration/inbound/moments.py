"""Medusa's moments on ERPNext's clock."""

from datetime import datetime

from frappe.utils.data import convert_utc_to_system_timezone


def in_system_zone(at: datetime) -> datetime:
	"""A moment, in UTC where it names no zone, as the system's clock shows it."""
	return convert_utc_to_system_timezone(at).replace(tzinfo=None)
