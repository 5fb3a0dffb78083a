"""The Dialect's operations for the test of the events that Medusa tells ERPNext.

Source: docs/reference.md, "The test event".
"""

from abc import ABC, abstractmethod
from typing import NamedTuple


class PluginAnswer(NamedTuple):
	"""Medusa's answer about the plugin medusa-plugin-erpnext.

	:param is_there: whether Medusa has it
	:param problem: the plugin's own words, where it can't call ERPNext; "" where it can
	"""

	is_there: bool
	problem: str = ""


class EventOperations(ABC):
	@abstractmethod
	def newest_order(self) -> tuple[str, str]:
		"""Id and number of the newest order, a draft excepted; both "" where the shop has none."""

	@abstractmethod
	def touch_order(self, id: str) -> None:
		"""Write an order without changing a value of it, so that Medusa emits `order.updated`. Its `updated_at` moves.

		:raises MedusaNotFound: where Medusa has no such order
		:raises MedusaRejected: as for a cancelled order
		"""

	def ask_plugin(self, id: str) -> PluginAnswer | None:
		"""Let Medusa's plugin ask ERPNext for an order, as Medusa's admin does. None for a version without plugins.

		:raises MedusaError: for any other failure
		"""
		return None
