"""Serve the rooms of this machine until a signal ends it: one process, one lock, one socket."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tutor.base.errors import TutorError
from tutor.base.locks import INSTANT, if_free, is_held
from tutor.base.paths import data_root
from tutor.room.addresses import LOOPBACK, names, served

FAREWELL = 1
"""Seconds for open pages to go when the server ends."""
CONNECTIONS = 2500


@contextmanager
def serving() -> Iterator[Callable[[str], None]]:
    """Hold the right to serve; the kernel frees it however we end.

    Yields:
        What notes the address, for whoever comes second.

    Raises:
        TutorError: another process serves already; says where.
    """
    path = _lock_file()
    with if_free(path, patience=INSTANT) as ours:
        if ours is None:
            pid, _, where = path.read_text().partition(" ")
            raise TutorError.named("room_served", address=where, pid=pid)
        yield lambda address: ours.note(f"{os.getpid()} {address}")


def served_at() -> str:
    """Return the address at which another process serves now; empty where none does."""
    path = _lock_file()
    return path.read_text().partition(" ")[2] if is_held(path) else ""


def _lock_file() -> Path:
    return data_root() / "room" / "serving"


def serve(listener: socket.socket) -> None:
    """Answer on *listener* until SIGINT or SIGTERM, which is raised again at the end."""
    import uvicorn

    from tutor.room.asgi import application

    served.names = names()
    config = uvicorn.Config(
        application(),
        log_config=None,
        access_log=False,
        lifespan="on",
        loop="auto",
        http="auto",
        ws="none",
        server_header=False,
        # A proxy in front, and a page that is open, ask on the connection of the last time.
        timeout_keep_alive=30,
        timeout_graceful_shutdown=FAREWELL,
        limit_concurrency=CONNECTIONS,
        proxy_headers=settings.BEHIND_PROXY,
        forwarded_allow_ips=os.environ.get("LEVELUP_ROOM_PROXY", LOOPBACK),
    )
    uvicorn.Server(config).run(sockets=[listener])
