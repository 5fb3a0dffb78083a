"""How much of an item is for sale, and the stock levels in Medusa."""
