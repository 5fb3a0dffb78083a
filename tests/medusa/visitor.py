"""Who buys in the shop, and what they ask a quotation for."""

BUYER = "aisha@example.test"
ADDRESS = {"first_name": "Aisha", "last_name": "B", "address_1": "Way 1", "country_code": "om"}
# a quotation of one line, without a product
QUOTATION = {"email": "buyer@example.com", "items": [{"title": "Glove", "quantity": 2, "unit_price": 5}]}
