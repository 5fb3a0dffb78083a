import pytest


@pytest.fixture
def shop():
	"""The shop's server, trusted by its signature; the integration itself is off."""
	from tests.support.storefront import Shop, configure_storefront

	configure_storefront()
	return Shop()
