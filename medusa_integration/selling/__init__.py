"""ERPNext's rules of selling to the shop's customers: parties, addresses, prices, taxes, orders, payment. Storefront and
inbound call it, after they have checked who asks; it knows neither HTTP nor Medusa.
"""
