"""How the shop reaches PostgreSQL: db1 and db2, its copy, of which one takes writes."""

import os

HOST = os.environ.get("DATABASE_HOST", "127.0.0.1")
PORT = os.environ.get("DATABASE_PORT", "5432")

DATABASES = {
    "default": {
        "ENGINE": "shop.writer",
        "NAME": os.environ.get("DATABASE_NAME", "shop"),
        "USER": os.environ.get("DATABASE_USER", "shop"),
        "PASSWORD": os.environ.get("DATABASE_PASSWORD", "shop"),
        "HOST": HOST,
        "PORT": PORT,
        # New for each visitor: pgbouncer keeps one that is idle open, whoever is behind it by then.
        "CONN_MAX_AGE": 0,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"connect_timeout": 10},
    },
}

if "REPLICA_HOST" in os.environ:
    DATABASES["replica"] = {
        **DATABASES["default"],
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ["REPLICA_HOST"],
        "PORT": os.environ["REPLICA_PORT"],
        "CONN_MAX_AGE": 60,
        # Without it the system decides how long a silent server is waited for: 130 s.
        "OPTIONS": {"connect_timeout": 2},
    }

SERVERS = [{"host": HOST, "port": PORT}]
"""Those of which one takes writes."""
if "REPLICA_HOST" in os.environ:
    SERVERS += [{"host": os.environ["REPLICA_HOST"], "port": os.environ["REPLICA_PORT"]}]
if "PGBOUNCER_HOST" in os.environ:
    # One door with two rooms: db1, and by its own name db2.
    door = {"host": os.environ["PGBOUNCER_HOST"], "port": os.environ["PGBOUNCER_PORT"]}
    SERVERS = [door, {**door, "dbname": "replica"}]
