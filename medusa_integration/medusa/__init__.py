"""Medusa's REST API: the client, its errors, and the two dialects behind one abstract class (dialect.py). Imports no
Frappe, no ERPNext, and no room above."""
