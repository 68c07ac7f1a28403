"""PostgreSQL, wherever somebody answers."""
