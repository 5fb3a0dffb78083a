"""A thousand changes while everything fails; at the end the shop must be what ERPNext says. See __main__.py."""
