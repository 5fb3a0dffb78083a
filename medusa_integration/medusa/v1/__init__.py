"""The wire format of Medusa v1, a file a topic; dialect.py puts them together."""
