"""PostgreSQL, wherever it takes writes."""
