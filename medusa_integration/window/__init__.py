"""Data that only the shop window reads: landing page, menu, clearance, top sellers."""
