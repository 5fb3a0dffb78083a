"""A small storefront: its pages (static/), and its server, which signs what only a trusted caller may ask ERPNext."""
