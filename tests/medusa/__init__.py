"""Real Medusa servers, v2 and v1, each with a real PostgreSQL, for the tests and the demo; see server.py."""
