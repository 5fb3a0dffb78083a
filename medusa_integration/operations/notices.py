"""Notices to the users of a role: a daily mail about parked rows, and a notice in the Desk about an outage.

Source: docs/reference.md, "Scheduled tasks".
"""

from datetime import timedelta

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import get_url_to_list, now_datetime
from frappe.utils.user import get_users_with_role

from medusa_integration import languages, settings
from medusa_integration.delivery import outage
from medusa_integration.delivery.box import Box, inbox, outbox
from medusa_integration.users import time_shown_to

MOST_REASONS = 20  # in a mail


def mail_parked() -> None:
	"""Daily: mail the configured role's users the numbers of parked rows by reason, of the outbox and of the
	inbox, in one mail."""
	role = settings.configuration().alert_role
	recipients = get_users_with_role(role) if role and settings.enabled() else []
	boxes = [_parked_in(box) for box in (outbox, inbox)] if recipients else []
	sent, received = [box["count"] for box in boxes] or (0, 0)
	if not sent + received:
		return
	if sent:
		words = _("Medusa doesn't accept 1 record") if sent == 1 else _("Medusa doesn't accept {0} records")
	elif received == 1:
		words = _("1 record of Medusa isn't imported")
	else:
		words = _("{0} records of Medusa aren't imported")
	try:
		frappe.sendmail(
			recipients=recipients,
			subject=words.format(sent or received),
			template="medusa_parked",
			args={"boxes": [box for box in boxes if box["count"]], **languages.html_attributes()},
		)
	except Exception:  # Frappe has several errors for a missing or muted mail account.
		frappe.log_error(title="Medusa: the daily mail could not be sent")


def _parked_in(box: Box) -> dict:
	"""The mail's section about the parked rows of a box."""
	reasons = parked_reasons(box)
	count = sum(row.count for row in reasons)
	if box is inbox and count == 1:
		words = _("1 record of Medusa waits in the inbox because ERPNext can't take it as it is.")
	elif box is inbox:
		words = _("{0} records of Medusa wait in the inbox because ERPNext can't take them as they are.")
	elif count == 1:
		words = _("1 record waits in the outbox because Medusa doesn't accept it as it is.")
	else:
		words = _("{0} records wait in the outbox because Medusa doesn't accept them as they are.")
	return {
		"count": count,
		"words": words.format(count),
		"reasons": reasons[:MOST_REASONS],
		"more": len(reasons) - MOST_REASONS,
		"more_words": _("And 1 more reason.")
		if len(reasons) - MOST_REASONS == 1
		else _("And {0} more reasons.").format(len(reasons) - MOST_REASONS),
		"link": get_url_to_list(box.doctype) + "?status=Parked",
		"link_words": _("Open the inbox") if box is inbox else _("Open the outbox"),
	}


def parked_reasons(box: Box = outbox) -> list[frappe._dict]:
	"""The reasons of parked rows: `kind`, `error` and `count`, the most frequent first."""
	row = frappe.qb.DocType(box.doctype)
	count = Count("*").as_("count")
	return (
		frappe.qb.from_(row)
		.select(row.kind, row.error, count)
		.where(row.status == "Parked")
		.groupby(row.kind, row.error)
		.orderby(count, order=frappe.qb.desc)
		.orderby(row.kind, row.error)
		.run(as_dict=True)
	)


def tell_of_outage() -> None:
	"""Each minute: notify the configured role's users in the Desk, once for each outage, when Medusa has been
	unreachable for longer than configured."""
	config = settings.configuration()
	patience = (config.outage_minutes or 30) * 60
	lasted = outage.lasted()
	if not (config.enable and config.alert_role) or lasted < patience or not outage.tell_once():
		return
	since = now_datetime() - timedelta(seconds=lasted)
	for user in {"Administrator", *get_users_with_role(config.alert_role)}:
		subject = _("Medusa has been out of reach since {0}").format(time_shown_to(since, user))
		notice = frappe.new_doc("Notification Log")
		notice.update(
			{
				"type": "Alert",
				"subject": subject,
				"email_content": _(
					"What changes meanwhile is kept in the outbox, and sent when Medusa answers again."
				),
				"for_user": user,
				"document_type": settings.CONFIGURATION,
				"document_name": settings.CONFIGURATION,
			}
		)
		notice.insert(ignore_permissions=True)
