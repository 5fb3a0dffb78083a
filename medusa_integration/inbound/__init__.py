"""Medusa → ERPNext, a file for each kind of record: changes in the shop become documents in ERPNext.

May not import the rooms above it, nor outbound/ and storefront/.
"""
