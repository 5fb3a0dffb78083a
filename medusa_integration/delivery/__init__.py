"""The engine: rows that say which record has to be made to agree with Medusa, and their way from being queued to being
settled. Knows no kind of record and no direction, and only this room touches the tables of the boxes. May not import
what stands above it: catalogue, outbound, inbound, storefront, operations, desk.
"""
