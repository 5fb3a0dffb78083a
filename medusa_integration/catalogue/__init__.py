"""ERPNext's own rules, which every direction uses: which items the shop sells, which price holds when, how much is in
stock, pictures, routes, rich text as plain text. May not import delivery, nor a room that sends or receives."""
