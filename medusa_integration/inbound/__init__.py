"""Medusa → ERPNext, a file a kind of record: what happened in the shop becomes documents in ERPNext.

May not import the rooms above it, nor outbound/ and storefront/.
"""
