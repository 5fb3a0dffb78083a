"""Telling people what the Desk would show them: a mail each day on what is parked, a notice when Medusa is away."""

from datetime import timedelta

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import get_url_to_list, now_datetime
from frappe.utils.user import get_users_with_role

from medusa_integration import session as shop
from medusa_integration.delivery import outage, outbox

MOST_REASONS = 20  # in a mail


def mail_parked() -> None:
	"""Each day: one mail to the configured role's users, with the numbers of parked rows by their reasons."""
	role = shop.configuration().alert_role
	recipients = get_users_with_role(role) if role and shop.enabled() else []
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
				"link": get_url_to_list(outbox.DOCTYPE) + "?status=Parked",
			},
		)
	except Exception:  # no mail account, or a muted one, which Frappe has other errors for
		frappe.log_error(title="Medusa: the daily mail could not be sent")


def parked_reasons() -> list[frappe._dict]:
	"""Why rows are parked: `kind`, `error` and `count`, most first."""
	row = frappe.qb.DocType(outbox.DOCTYPE)
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
	"""Each minute: a Notification Log entry to the configured role's users, once an outage, when Medusa has been out of
	reach for longer than configured."""
	config = shop.configuration()
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
				"document_type": shop.CONFIGURATION,
				"document_name": shop.CONFIGURATION,
			}
		)
		notice.insert(ignore_permissions=True)
