"""How the shop reaches PostgreSQL: db1 and db2, its copy, of which one takes writes."""

import os
from contextlib import suppress

import psycopg

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
        # A few dozen connections: PostgreSQL has a hundred. pgbouncer knows one server, and nobody
        # tells it when that is another one.
        "CONN_MAX_AGE": 60,
        # One that died with its server is replaced before anybody asks over it.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 2},
    },
}

if "REPLICA_HOST" in os.environ:
    DATABASES["replica"] = {
        **DATABASES["default"],
        "HOST": os.environ["REPLICA_HOST"],
        "PORT": os.environ["REPLICA_PORT"],
        "CONN_HEALTH_CHECKS": False,
        # Without it the system decides how long a silent server is waited for: 130 s.
        "OPTIONS": {"connect_timeout": 2},
    }
    # Whoever takes writes is asked for here, before the first visitor comes.
    for host, port in ((HOST, PORT), (os.environ["REPLICA_HOST"], os.environ["REPLICA_PORT"])):
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(
                host=host,
                port=port,
                dbname=DATABASES["default"]["NAME"],
                user=DATABASES["default"]["USER"],
                password=DATABASES["default"]["PASSWORD"],
                connect_timeout=2,
            ) as asked,
        ):
            if not asked.execute("SELECT pg_is_in_recovery()").fetchone()[0]:
                DATABASES["default"] |= {"HOST": host, "PORT": port}
                break
