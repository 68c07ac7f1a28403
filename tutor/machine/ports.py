"""Free ports on loopback."""

import contextlib
import http.client
import socket
from collections.abc import Callable, Iterator

import psutil

from tutor.base.errors import TutorError
from tutor.machine.sockets import sockets

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with reserving() as reserve:
        return reserve()


@contextlib.contextmanager
def reserving() -> Iterator[Callable[[], int]]:
    """Lend a function that returns free ports: held until the block ends, so no two are the same.

    One that is only looked at may be given to the next who looks, in this process or another one.
    """
    with contextlib.ExitStack() as held:

        def reserve() -> int:
            holder = held.enter_context(socket.socket())
            holder.bind((LOOPBACK, 0))
            return int(holder.getsockname()[1])

        yield reserve


def is_answering(port: int, path: str) -> bool:
    """Return whether a server on *port* answers *path* with anything that is HTTP."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2.0)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", path)
        connection.getresponse()
        return True
    return False


def check_port(port: int, service: str) -> None:
    """Refuse a *port* that somebody else has, and say who.

    Raises:
        TutorError: the port is taken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            reason = error.strerror or error
            if holder := _holder(port):
                program, pid = holder
                raise TutorError.named(
                    "port_held",
                    hint="free_port",
                    port=port,
                    service=service,
                    reason=reason,
                    program=program,
                    pid=pid,
                ) from error
            raise TutorError.named(
                "port_refused", hint="free_port", port=port, service=service, reason=reason
            ) from error


def connected_from() -> set[int] | None:
    """Return the ports from which programs of this machine are connected; None where none may know.

    Whoever has ended is connected no more, even where the other end has not noticed yet.
    """
    # psutil would look through the files of every process: 0.3 s on a busy machine.
    seen = sockets()
    return None if seen is None else set(seen.arrived)


def _holder(port: int) -> tuple[str, int] | None:
    """Return name and pid of the process that listens on *port*; None where we may not know."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,)
            if listens and connection.pid:
                return psutil.Process(connection.pid).name(), connection.pid
    return None
