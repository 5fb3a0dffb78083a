"""Shipping and taxes of an order: planned from Medusa's order, charged to the Sales Order, broken up by its rows, shared among the
documents made from it."""
