"""ERPNext's own rules, used in every direction: the items that the shop sells, valid prices, stock, pictures,
routes, rich text as plain text. Must not import delivery, nor a package that sends or receives."""
