"""A game in a browser ends with the process that serves it, however that one ends."""

import os
import signal
import threading
import time

from tutor.web import SERVER

INTERVAL = 0.2
"""Seconds between two looks."""


def end_with_server() -> None:
    """Watch the server from a thread; once it is gone, end as if the terminal had been closed."""
    server = int(os.environ[SERVER])
    threading.Thread(target=_watch, args=(server,), name="server watch", daemon=True).start()


def _watch(server: int) -> None:
    # A pipe that closes would tell as well, but nobody reads it while the game starts.
    while os.getppid() == server:
        time.sleep(INTERVAL)
    os.kill(os.getpid(), signal.SIGHUP)
