"""The events of documents: a file for each DocType, a function for each event, a plain list of calls in order.

hooks.py wires a function as `medusa_integration.api.<doctype>_<event>`, beside the contract's own name for the event.

Source: docs/reference.md, "Document events".
"""
