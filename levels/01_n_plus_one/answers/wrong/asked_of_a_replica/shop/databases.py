"""How the shop reaches PostgreSQL, and the copy of it that answers the front page."""

import os

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ.get("DATABASE_HOST", "127.0.0.1"),
        "PORT": os.environ.get("DATABASE_PORT", "5432"),
        "NAME": os.environ.get("DATABASE_NAME", "shop"),
        "USER": os.environ.get("DATABASE_USER", "shop"),
        "PASSWORD": os.environ.get("DATABASE_PASSWORD", "shop"),
        "CONN_MAX_AGE": 60,
    },
}
DATABASES["copy"] = {
    **DATABASES["default"],
    "HOST": os.environ.get("REPLICA_HOST", DATABASES["default"]["HOST"]),
    "PORT": os.environ.get("REPLICA_PORT", DATABASES["default"]["PORT"]),
}
