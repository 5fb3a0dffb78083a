"""Dotted paths outside of api.py that forms and other apps may call. No logic.

Source: docs/reference.md, "Whitelisted calls".
"""

from medusa_integration.desk.customers import link_medusa_lead  # noqa: F401
