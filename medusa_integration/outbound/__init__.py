"""ERPNext → Medusa: a file for each kind of record, listed in kinds.py. May not import operations or a room above it, nor
storefront or inbound."""
