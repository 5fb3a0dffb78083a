"""docs/openapi.json: the description of the storefront's functions, made from their own signatures and docstrings."""
