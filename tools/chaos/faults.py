"""What goes wrong: at the network, by a seeded lot for every call."""

import random
from collections import Counter

from tests.medusa.proxy import Fault, FaultProxy

LONGEST_DELAY = 5  # seconds: longer than the drains wait for a reply
BROKEN = '{"code":"unknown_error","type":"unknown_error","message":"An unknown error occurred."}'
# of 1,000 calls, how many meet with what
FAULTS = (
	(25, "refuse", {}),
	(25, "cut", {}),
	(30, "drop", {}),
	(5, "blackhole", {}),
	(20, "status", {"status": 500, "body": BROKEN}),
	(10, "status", {"status": 503}),
	(10, "status", {"status": 429, "headers": {"Retry-After": "1"}}),
	(5, "status", {"status": 401, "body": '{"message":"Unauthorized"}'}),
)
DELAYS = ((60, 0.05, 0.5), (15, 1, LONGEST_DELAY))  # how many, and of how many seconds


class RandomFaults(FaultProxy):
	"""A proxy that fails by itself, as often as FAULTS and DELAYS say, while `failing`.

	Attributes:
		met: the number of calls that met with each kind of fault.
	"""

	def __init__(self, target_url: str, seed: int):
		self.failing = False
		self.met: Counter[str] = Counter()
		self._random = random.Random(f"faults {seed}")
		super().__init__(target_url)

	def take(self, call: str) -> Fault | None:
		with self._lock:
			if not self.failing:
				return None
			fault = self._draw()
			if fault:
				self.met[str(fault.options.get("status", fault.kind))] += 1
			return fault

	def _draw(self) -> Fault | None:
		lot = self._random.uniform(0, 1000)
		for share, kind, options in FAULTS:
			if (lot := lot - share) < 0:
				return Fault(kind, 1, "", options)
		for share, shortest, longest in DELAYS:
			if (lot := lot - share) < 0:
				return Fault("delay", 1, "", {"seconds": self._random.uniform(shortest, longest)})
		return None
