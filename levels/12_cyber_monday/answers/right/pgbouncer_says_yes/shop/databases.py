"""How the shop reaches PostgreSQL: db1 through pgbouncer, and db2 where that takes writes."""

import os

# pgbouncer leads to db1; whoever finds nobody behind it asks db2.
HOST = os.environ.get("PGBOUNCER_HOST") or os.environ.get("DATABASE_HOST", "127.0.0.1")
PORT = os.environ.get("PGBOUNCER_PORT") or os.environ.get("DATABASE_PORT", "5432")

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("DATABASE_NAME", "shop"),
        "USER": os.environ.get("DATABASE_USER", "shop"),
        "PASSWORD": os.environ.get("DATABASE_PASSWORD", "shop"),
        "HOST": HOST,
        "PORT": PORT,
        # A new one for each visitor: whoever finds nobody behind pgbouncer is to ask db2.
        "CONN_MAX_AGE": 0,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"connect_timeout": 10},
    },
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
    # Both are asked who takes writes: today it is db1, until somebody promotes db2.
    DATABASES["default"] |= {
        "HOST": f"{HOST},{os.environ['REPLICA_HOST']}",
        "PORT": f"{PORT},{os.environ['REPLICA_PORT']}",
        "OPTIONS": {"connect_timeout": 10, "target_session_attrs": "read-write"},
    }
