"""The tables of docs/reference.md that are made from hooks, signatures and docstrings."""
