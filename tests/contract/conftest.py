from tests.storefront.conftest import shop  # noqa: F401
