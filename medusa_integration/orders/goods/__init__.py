"""What is delivered and returned of an order, both ways: fulfillments and returns of Medusa, deliveries and returns of ERPNext."""
