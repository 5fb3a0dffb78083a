"""ERPNext's rules of selling to the shop's customers: parties, addresses, prices, taxes, orders, payment. The
packages storefront and inbound call it after checking the caller. It knows neither HTTP nor Medusa."""
