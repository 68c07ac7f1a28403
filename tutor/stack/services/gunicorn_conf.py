"""How gunicorn serves the shop: read by gunicorn, outside the learner's folder."""

import contextlib
import ctypes
import faulthandler
import gc
import importlib
import os
import signal
import sys
import threading
import time
import traceback

bind = os.environ["LEVELUP_BIND"]
workers = int(os.environ["LEVELUP_WORKERS"])
threads = int(os.environ["LEVELUP_THREADS"])
timeout = int(os.environ["LEVELUP_TIMEOUT"])
graceful_timeout = 1
# As behind nginx, which asks for each page over a connection of its own. Where there is none, a
# visitor would stay with the worker that answered last, and wait for it even where it stands still.
keepalive = 0
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


SEEDED_ITERATIONS = 1000
"""With which the seeded passwords are hashed."""


def on_starting(server):  # type: ignore[no-untyped-def]
    """Import once what every worker needs: the second, and each one after an edit, boots faster."""
    # Django's toolbar asks for PostGIS, which looks for a library by calling compilers: 0.3 s.
    sys.modules.setdefault("django.contrib.gis.db.backends.postgis.adapter", None)
    for name in PRELOADED:
        # What is missing is missed by the shop, in its own words.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if os.environ.get("SHOP_MODE") == "load":
        log_in_at_once()
    gc.freeze()


def log_in_at_once():  # type: ignore[no-untyped-def]
    """Have the shop content with the seeded hashes of passwords.

    Django would hash each one anew, and better, as its owner logs in: 0.3 s of work that no level
    is about.
    """
    with contextlib.suppress(ImportError):
        from django.contrib.auth.hashers import PBKDF2PasswordHasher

        PBKDF2PasswordHasher.iterations = SEEDED_ITERATIONS


def post_fork(server, worker):  # type: ignore[no-untyped-def]
    """Let the kernel end the worker with its master, even one in an endless loop."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
    if worker.age == 1:
        faulthandler.dump_traceback_later(FIRST_ANSWER)
    worker.init_signals = telling_where_it_is(worker.init_signals)
    if reload and os.listdir(os.environ["LEVELUP_READY"]):
        worker.load_wsgi = outliving_an_edit(worker)


def telling_where_it_is(init_signals):  # type: ignore[no-untyped-def]
    """Have a worker answer SIGUSR2 with the place it is at, from before it loads the shop.

    gunicorn sets its own signals up then, and leaves this one to end the worker.
    """

    def init():  # type: ignore[no-untyped-def]
        init_signals()
        faulthandler.register(signal.SIGUSR2, all_threads=True)

    return init


def outliving_an_edit(worker):  # type: ignore[no-untyped-def]
    """Have a worker whose shop was fine before an edit show what is wrong with it, and wait.

    gunicorn does so after a SyntaxError alone, and may miss the next edit. Any other worker that
    cannot load the shop ends with code 3, and gunicorn ends with it: whoever saves half a thought
    would be without a shop.
    """
    from gunicorn.util import make_fail_app

    def load_wsgi():  # type: ignore[no-untyped-def]
        before = sources()
        try:
            worker.wsgi = worker.app.wsgi()
        except (Exception, SystemExit) as error:
            worker.log.exception(error)
            worker.wsgi = make_fail_app(traceback.format_exc())
            threading.Thread(target=leave_after_an_edit, args=(before,), daemon=True).start()

    return load_wsgi


def leave_after_an_edit(before):  # type: ignore[no-untyped-def]
    """Make room for the next worker once the shop's files are others than *before* it was loaded.

    gunicorn looks from a moment on when the shop is loaded, and at what was loaded: it would miss
    an edit meanwhile, and a module that is only written now.
    """
    while sources() == before:
        time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGTERM)


def sources():  # type: ignore[no-untyped-def]
    """Return when each file of Python below the shop's folder was written."""
    written = {}
    for folder, _, names in os.walk(os.getcwd()):
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith(".py"):
                with contextlib.suppress(OSError):
                    written[path] = os.stat(path).st_mtime_ns
    return written


def post_request(worker, request, environ, response):  # type: ignore[no-untyped-def]
    """It answers: nothing needs to be told."""
    faulthandler.cancel_dump_traceback_later()


def post_worker_init(worker):  # type: ignore[no-untyped-def]
    """Leave a mark: the shop is loaded."""
    if os.environ.get("LEVELUP_BEHIND"):
        worker.wsgi = as_from_here(worker.wsgi)
    with open(os.path.join(os.environ["LEVELUP_READY"], str(worker.pid)), "w"):
        pass


def worker_exit(server, worker):  # type: ignore[no-untyped-def]
    """Close pools: one left open waits at exit for threads that no longer run (Python 3.13).

    That would be 20 s, in which an edit is not served.
    """
    from django.db import connections

    # A shop that never loaded has no settings to ask, and nothing that is open.
    with contextlib.suppress(Exception):
        for connection in connections.all(initialized_only=True):
            if hasattr(connection, "close_pool"):
                connection.close_pool()


def as_from_here(application):  # type: ignore[no-untyped-def]
    """Have *application* see visitors as it does without containers: from this machine.

    Only this machine reaches a container, by way of a gateway, whose address they would have.
    """

    def asked(environ, start_response):  # type: ignore[no-untyped-def]
        environ["REMOTE_ADDR"] = "127.0.0.1"
        return application(environ, start_response)

    return asked
