"""Settings of My Yoga Palace, read from the environment.

`SHOP_MODE` is either `explore` (for people: debug pages, the debug toolbar, templates read anew
on each request) or `load` (for many visitors: as in production).
"""

import os
from pathlib import Path

from shop.databases import DATABASES as DATABASES

BASE_DIR = Path(__file__).resolve().parent.parent

SHOP_MODE = os.environ.get("SHOP_MODE", "explore")
if SHOP_MODE not in ("explore", "load"):
    raise ValueError(f"SHOP_MODE is {SHOP_MODE!r}, it must be 'explore' or 'load'.")
EXPLORE = SHOP_MODE == "explore"

DEBUG = EXPLORE
SECRET_KEY = os.environ.get("SHOP_SECRET_KEY", "only-for-a-shop-on-your-own-machine-inhale-exhale")
ALLOWED_HOSTS = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    *filter(None, os.environ.get("SHOP_ALLOWED_HOSTS", "").split(",")),
]
INTERNAL_IPS = ["127.0.0.1", "::1"]

INSTALLED_APPS = [
    "catalog",
    "accounts",
    "cart",
    "orders",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "shop.middleware.OurCookiesOnly",
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shop.middleware.KeepPublicPagesOnly",
    "django.middleware.cache.FetchFromCacheMiddleware",
]

if EXPLORE:
    INSTALLED_APPS += ["debug_toolbar"]
    # Before the cache, so that the toolbar of one request is not kept for the next.
    MIDDLEWARE.insert(0, "debug_toolbar.middleware.DebugToolbarMiddleware")
    DEBUG_TOOLBAR_PANELS = [
        f"debug_toolbar.panels.{panel}"
        for panel in (
            "history.HistoryPanel",
            "timer.TimerPanel",
            "sql.SQLPanel",
            "cache.CachePanel",
            "request.RequestPanel",
            "headers.HeadersPanel",
            "settings.SettingsPanel",
        )
    ]
    # With a thousand queries to show, every extra makes the panel wait for seconds; and the panel
    # of templates would send queries of its own, for what no page has used.
    DEBUG_TOOLBAR_CONFIG = {"PRETTIFY_SQL": False}

ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"

TEMPLATE_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "shop" / "templates"],
        "OPTIONS": {
            # While exploring, an edited template must show on the next request.
            "loaders": TEMPLATE_LOADERS
            if EXPLORE
            else [("django.template.loaders.cached.Loader", TEMPLATE_LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "catalog.context_processors.categories",
                "cart.context_processors.cart",
            ],
        },
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = os.environ.get("CACHE_URL", "")
"""Where the cache is: `memcached://host:port`, or `redis://host:port` where Redis stands in."""
if CACHE_URL.startswith("memcached://"):
    _BACKEND, _LOCATION = "memcached.PyMemcacheCache", CACHE_URL.removeprefix("memcached://")
elif CACHE_URL:
    _BACKEND, _LOCATION = "redis.RedisCache", CACHE_URL
else:
    _BACKEND, _LOCATION = "locmem.LocMemCache", ""
CACHES = {
    "default": {"BACKEND": f"django.core.cache.backends.{_BACKEND}", "LOCATION": _LOCATION},
}
CACHE_MIDDLEWARE_SECONDS = 60

DATABASE_ROUTERS = ["shop.routers.ReadFromDb2"]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "accounts:account"
LOGOUT_REDIRECT_URL = "catalog:front"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator")
]

LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "shop" / "static"]
WHITENOISE_USE_FINDERS = True

EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = "My Yoga Palace <hello@myyogapalace.example>"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Django's own console handler would print the same lines a second time.
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}
