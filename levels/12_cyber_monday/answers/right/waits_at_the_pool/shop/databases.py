"""How the shop reaches PostgreSQL: db1, where writes go, and db2, its copy."""

import os

HOST = os.environ.get("DATABASE_HOST", "127.0.0.1")
PORT = os.environ.get("DATABASE_PORT", "5432")

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("DATABASE_NAME", "shop"),
        "USER": os.environ.get("DATABASE_USER", "shop"),
        "PASSWORD": os.environ.get("DATABASE_PASSWORD", "shop"),
        "HOST": HOST,
        "PORT": PORT,
        # A connection of the pool that died with its server is replaced before anybody gets it.
        "CONN_HEALTH_CHECKS": True,
        # One for each thread.
        "OPTIONS": {"connect_timeout": 10, "pool": {"min_size": 1, "max_size": 12}},
    },
}

if "REPLICA_HOST" in os.environ:
    DATABASES["replica"] = {
        **DATABASES["default"],
        "HOST": os.environ["REPLICA_HOST"],
        "PORT": os.environ["REPLICA_PORT"],
        "CONN_HEALTH_CHECKS": False,
        "CONN_MAX_AGE": 60,
        # Without it the system decides how long a silent server is waited for: 130 s.
        "OPTIONS": {"connect_timeout": 2},
    }
