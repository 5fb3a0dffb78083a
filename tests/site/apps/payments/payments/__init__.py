"""A stand-in for the payments app: gateways, and one whose URLs need no network (see the stand-in erpnext)."""

__version__ = "0.0.1"
