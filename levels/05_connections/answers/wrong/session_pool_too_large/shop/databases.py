"""How the shop reaches PostgreSQL."""

import os

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ["PGBOUNCER_HOST"],
        "PORT": os.environ["PGBOUNCER_PORT"],
        "NAME": os.environ.get("DATABASE_NAME", "shop"),
        "USER": os.environ.get("DATABASE_USER", "shop"),
        "PASSWORD": os.environ.get("DATABASE_PASSWORD", "shop"),
        "CONN_MAX_AGE": 60,
    },
}
