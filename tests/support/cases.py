"""Cases of one test that share its fixtures: refusals and look-ups, which leave nothing behind."""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps


def cases(names: str, values: Iterable) -> Callable:
	"""As pytest.mark.parametrize, but the fixtures are made once for all cases. The error names the case."""
	arguments = [name.strip() for name in names.split(",")]

	def decorate(test: Callable) -> Callable:
		@wraps(test)
		def run(**fixtures) -> None:
			for case in values:
				given = dict(zip(arguments, case if len(arguments) > 1 else (case,), strict=True))
				try:
					test(**fixtures, **given)
				except Exception as error:
					raise AssertionError(f"of {str(given)[:300]}") from error

		signature = inspect.signature(test)
		left = [each for name, each in signature.parameters.items() if name not in arguments]
		run.__signature__ = signature.replace(parameters=left)
		del run.__wrapped__
		return run

	return decorate
