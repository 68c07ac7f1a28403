"""Django's settings for the board; nothing here is a learner's, and nothing of it the shop's."""

import os
import secrets
from typing import Any

from tutor.base.paths import data_root

DEBUG = False
# Nothing is signed with it: keys are made from the secret beside the database.
SECRET_KEY = secrets.token_urlsafe(32)
ALLOWED_HOSTS = ["*"]
"""The fence asks for the name: see :mod:`tutor.room.fence`."""
PUBLIC = os.environ.get("LEVELUP_ROOM_ADDRESS", "")
BEHIND_PROXY = bool(PUBLIC)
"""Then uvicorn believes its headers, and nobody else's: see :mod:`tutor.room.serve`."""
INSTALLED_APPS = ["tutor.room"]
MIDDLEWARE = ["tutor.room.fence.fence"]
ROOT_URLCONF = "tutor.room.urls"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"builtins": ["tutor.room.templatetags.say"]},
    }
]
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
"""Our sentences come from the tutor's own catalogue."""
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = PUBLIC.startswith("https:")
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "tutor.room.pages.refusals.forged"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"tutor": {"class": "tutor.room.notes.TutorLog", "level": "ERROR"}},
    "root": {"handlers": ["tutor"], "level": "ERROR"},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}


def database() -> dict[str, Any]:
    """Return where events are kept: what ``DATABASE_URL`` names, else a file of ours."""
    if url := os.environ.get("DATABASE_URL"):
        from psycopg.conninfo import conninfo_to_dict

        parts = conninfo_to_dict(url)
        known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
        found = {name: str(parts.pop(key, "") or "") for key, name in known.items()}
        return {
            "ENGINE": "django.db.backends.postgresql",
            **found,
            "PORT": str(parts.pop("port", "") or ""),
            "OPTIONS": parts,
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": data_root() / "room" / "room.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Who writes takes the lock at once, and waits for it: nobody fails half way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


DATABASES = {"default": database()}
