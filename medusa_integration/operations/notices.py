"""Notices to the users of a role: a daily mail about parked rows, and a notice in the Desk about an outage.

Source: docs/reference.md, "Scheduled tasks".
"""

from datetime import timedelta

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import get_url_to_list, now_datetime
from frappe.utils.user import get_users_with_role

from medusa_integration import settings
from medusa_integration.delivery import outage
from medusa_integration.delivery.box import outbox

MOST_REASONS = 20  # in a mail


def mail_parked() -> None:
	"""Daily: mail the configured role's users the numbers of parked rows by reason."""
	role = settings.configuration().alert_role
	recipients = get_users_with_role(role) if role and settings.enabled() else []
	reasons = parked_reasons() if recipients else []
	if not reasons:
		return
	count = sum(row.count for row in reasons)
	try:
		frappe.sendmail(
			recipients=recipients,
			subject=_("Medusa doesn't accept {0} records").format(count),
			template="medusa_parked",
			args={
				"count": count,
				"reasons": reasons[:MOST_REASONS],
				"more": len(reasons) - MOST_REASONS,
				"link": get_url_to_list(outbox.doctype) + "?status=Parked",
			},
		)
	except Exception:  # Frappe has several errors for a missing or muted mail account.
		frappe.log_error(title="Medusa: the daily mail could not be sent")


def parked_reasons() -> list[frappe._dict]:
	"""The reasons of parked rows: `kind`, `error` and `count`, the most frequent first."""
	row = frappe.qb.DocType(outbox.doctype)
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
	"""Each minute: notify the configured role's users, once for each outage, when Medusa has been out of reach for longer
	than configured."""
	config = settings.configuration()
	patience = (config.outage_minutes or 30) * 60
	lasted = outage.lasted()
	if not (config.enable and config.alert_role) or lasted < patience or not outage.tell_once():
		return
	since = now_datetime() - timedelta(seconds=lasted)
	subject = _("Medusa has been out of reach since {0}").format(frappe.format(since, "Datetime"))
	for user in {"Administrator", *get_users_with_role(config.alert_role)}:
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
