"""Fill in the specifications that the storefront filters by, of Website Items that are older than these rows."""

from medusa_integration.products import specifications


def execute() -> None:
	specifications.refill()
