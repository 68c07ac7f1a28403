"""Settings for the shop's own tests: as under load, with a password hash that costs nothing."""

import os

os.environ["SHOP_MODE"] = "load"

from shop.settings import *  # noqa: F403

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    # The seeded accounts have this one.
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# What one test was shown is nothing to the next.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
