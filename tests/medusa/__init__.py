"""A real Medusa v2 server with a real PostgreSQL, for the tests and the demo; see server.py."""
