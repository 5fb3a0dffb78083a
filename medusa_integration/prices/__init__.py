"""Which price of an item holds when, and the price lists in Medusa."""
