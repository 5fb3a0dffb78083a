"""A stand-in for the webshop app of ERPNext 15: Website Item and what hangs on it (see the stand-in erpnext)."""

__version__ = "0.0.1"
