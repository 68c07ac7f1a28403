"""How gunicorn serves the shop: read by gunicorn, outside the learner's folder."""

import ctypes
import faulthandler
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
