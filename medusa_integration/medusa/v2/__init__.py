"""The wire format of Medusa v2, a file a topic; dialect.py puts them together."""
