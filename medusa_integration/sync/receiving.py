"""Drains of the inbox: workers read records from Medusa and write them to documents in ERPNext.

Source: docs/reference.md, "Inbox".
"""

from collections.abc import Callable

from medusa_integration import session, settings
from medusa_integration.delivery import wake
from medusa_integration.delivery.box import inbox
from medusa_integration.delivery.drain import drain
from medusa_integration.delivery.settling import Hooks
from medusa_integration.sync import progress
from medusa_integration.sync.kinds import INBOX_KINDS
from medusa_integration.users import as_user

# The user who adds a row starts the job, for the shop's server a guest. It makes documents of all modules.
USER = "Administrator"


def drain_inbox(seconds: int = wake.SHORT_RUN, tell: Callable[[], None] = progress.publish) -> int:
	"""The job that works off the due rows of the inbox. Does nothing while the integration or the import is
	off.

	:param seconds: after which a job in the long queue continues
	:param tell: called after each batch
	:returns: the number of rows that were claimed
	"""
	if not settings.current().imports_orders:
		return 0
	with as_user(USER):
		return drain(inbox, INBOX_KINDS, session.open_shop, seconds, tell, Hooks())


def drain_inbox_due() -> None:
	"""Each minute: start a drain of the inbox where rows are due, such as those of a lost job or of a next
	attempt, and no drain is waiting to run. Does nothing while the import is off."""
	if settings.current().imports_orders and inbox.first_due():
		wake.enqueue_drain(inbox.job)
