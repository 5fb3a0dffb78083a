"""The engine. A row names a record to bring in sync with Medusa; the engine takes the row from queueing to
settling. It knows no kind of record and no direction. Only this room touches the tables of the boxes. It may
not import the rooms above it: those of the records, sync, storefront, operations, desk.
"""
