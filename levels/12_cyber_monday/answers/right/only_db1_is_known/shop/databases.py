"""How the shop reaches PostgreSQL: db1 through pgbouncer, and db2, its copy, where there is one."""

import os

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("DATABASE_NAME", "shop"),
        "USER": os.environ.get("DATABASE_USER", "shop"),
        "PASSWORD": os.environ.get("DATABASE_PASSWORD", "shop"),
    },
}

if "PGBOUNCER_HOST" in os.environ:
    DATABASES["default"] |= {
        "HOST": os.environ["PGBOUNCER_HOST"],
        "PORT": os.environ["PGBOUNCER_PORT"],
        # A connection to pgbouncer costs next to nothing to keep.
        "CONN_MAX_AGE": 60,
        # Two fetches of one cursor may meet two different connections to PostgreSQL.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
else:
    # On a machine without pgbouncer each process keeps a small pool of its own: 2 × 2 for gunicorn,
    # and one for each process of Celery, which does one thing at a time.
    DATABASES["default"] |= {
        "HOST": os.environ.get("DATABASE_HOST", "127.0.0.1"),
        "PORT": os.environ.get("DATABASE_PORT", "5432"),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 2}},
    }

if "REPLICA_HOST" in os.environ:
    DATABASES["replica"] = {
        **DATABASES["default"],
        "HOST": os.environ["REPLICA_HOST"],
        "PORT": os.environ["REPLICA_PORT"],
        "CONN_MAX_AGE": 60,
        # Without it the system decides how long a silent server is waited for: 130 s.
        "OPTIONS": {"connect_timeout": 2},
    }
