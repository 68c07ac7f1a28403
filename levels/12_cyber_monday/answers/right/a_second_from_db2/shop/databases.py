"""How the shop reaches PostgreSQL: db1 and db2, its copy, of which one takes writes."""

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
        # A few dozen connections: PostgreSQL has a hundred. pgbouncer knows one server, and nobody
        # tells it when that is another one.
        "CONN_MAX_AGE": 60,
        "OPTIONS": {"connect_timeout": 10},
    },
}

if "REPLICA_HOST" in os.environ:
    DATABASES["replica"] = {
        **DATABASES["default"],
        "HOST": os.environ["REPLICA_HOST"],
        "PORT": os.environ["REPLICA_PORT"],
        # Without it the system decides how long a silent server is waited for: 130 s.
        "OPTIONS": {"connect_timeout": 2},
    }
    # Both are asked who takes writes: today it is db1, until somebody promotes db2.
    DATABASES["default"] |= {
        "HOST": f"{os.environ['REPLICA_HOST']},{HOST}",
        "PORT": f"{os.environ['REPLICA_PORT']},{PORT}",
        "OPTIONS": {"connect_timeout": 10, "target_session_attrs": "primary"},
    }
