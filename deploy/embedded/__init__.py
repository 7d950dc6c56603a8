"""A real PostgreSQL and a real Valkey from wheels, for one box and for tests."""
