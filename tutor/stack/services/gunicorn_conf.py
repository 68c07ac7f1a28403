"""How gunicorn serves the shop: read by gunicorn, outside the learner's folder."""

import contextlib
import ctypes
import faulthandler
import gc
import importlib
import os
import signal
import sys

bind = os.environ["LEVELUP_BIND"]
workers = int(os.environ["LEVELUP_WORKERS"])
threads = int(os.environ["LEVELUP_THREADS"])
timeout = int(os.environ["LEVELUP_TIMEOUT"])
graceful_timeout = 1
reload = bool(os.environ["LEVELUP_RELOAD"])
control_socket_disable = True
FIRST_ANSWER = 12.0
"""Seconds, fewer than the tutor waits, after which a shop that never answered says where it is."""
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None


PRELOADED = (
    *("django.core.wsgi", "django.core.management", "django.core.mail", "django.db.models"),
    *("django.db.backends.postgresql.base", "django.forms", "django.template.backends.django"),
    *("django.template.defaulttags", "django.template.defaultfilters", "django.views.debug"),
    *("django.views.generic", "django.utils.autoreload", "django.contrib.auth.hashers"),
    *("django.contrib.messages.storage.fallback", "django.core.cache.backends.locmem"),
    *("psycopg", "whitenoise.middleware"),
)
"""What every shop imports and no shop changes; nothing of it asks for settings."""


def on_starting(server):  # type: ignore[no-untyped-def]
    """Import once what every worker needs: the second, and each one after an edit, boots faster."""
    # Django's toolbar asks for PostGIS, which looks for a library by calling compilers: 0.3 s.
    sys.modules.setdefault("django.contrib.gis.db.backends.postgis.adapter", None)
    for name in PRELOADED:
        # What is missing is missed by the shop, in its own words.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()


def post_fork(server, worker):  # type: ignore[no-untyped-def]
    """Let the kernel end the worker with its master, even one in an endless loop."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
    if worker.age == 1:
        faulthandler.dump_traceback_later(FIRST_ANSWER)


def post_request(worker, request, environ, response):  # type: ignore[no-untyped-def]
    """It answers: nothing needs to be told."""
    faulthandler.cancel_dump_traceback_later()


def post_worker_init(worker):  # type: ignore[no-untyped-def]
    """Answer SIGUSR2 with the place the worker is at, and leave a mark: the shop is loaded."""
    faulthandler.register(signal.SIGUSR2, all_threads=True)
    with open(os.path.join(os.environ["LEVELUP_READY"], str(worker.pid)), "w"):
        pass
