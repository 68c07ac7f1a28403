"""PostgreSQL, with somebody to fall back on."""
