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
        # A few dozen connections: PostgreSQL has a hundred. pgbouncer knows one server, and nobody
        # tells it when that is another one.
        "CONN_MAX_AGE": 60,
        # One that died with its server is replaced before anybody asks over it.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10},
    },
}

if "REPLICA_HOST" in os.environ:
    DATABASES["replica"] = {
        **DATABASES["default"],
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ["REPLICA_HOST"],
        "PORT": os.environ["REPLICA_PORT"],
        "CONN_HEALTH_CHECKS": False,
        # Without it the system decides how long a silent server is waited for: 130 s.
        "OPTIONS": {"connect_timeout": 2},
    }

SERVERS = [(HOST, PORT)]
"""Those of which one takes writes."""
if "REPLICA_HOST" in os.environ:
    SERVERS += zip(
        os.environ["REPLICA_HOST"].split(","), os.environ["REPLICA_PORT"].split(","), strict=True
    )
