"""Drains of the outbox.

Source: docs/reference.md, "Delivery".
"""

from collections.abc import Callable

from medusa_integration import session, settings
from medusa_integration.delivery import wake
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.drain import drain as drain_box
from medusa_integration.delivery.settling import Hooks
from medusa_integration.products import item_status
from medusa_integration.sync import id_clashes, progress
from medusa_integration.sync.kinds import OUTBOX_KINDS

HOOKS = Hooks(id_clashes.make_way, item_status.DOCTYPE, item_status.refresh)


def drain(seconds: int = wake.SHORT_RUN, tell: Callable[[], None] = progress.publish) -> int:
	"""The job that sends the due rows of the outbox. Does nothing while the integration is off.

	:param seconds: after which a job in the long queue continues
	:param tell: called after each batch
	:returns: the number of rows that were claimed
	"""
	if not settings.enabled():
		return 0
	return drain_box(outbox, OUTBOX_KINDS, session.open_shop, seconds, tell, HOOKS)


def drain_due() -> None:
	"""Each minute: start a drain where rows are due, such as those of a lost job or of a next attempt, and no
	drain is waiting to run."""
	if settings.enabled() and outbox.first_due():
		wake.enqueue_drain(outbox.job)
