"""Deliveries and returns of an order, both ways: fulfillments and returns of Medusa, deliveries and returns of ERPNext."""
