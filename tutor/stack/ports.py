"""Free ports on loopback."""

import contextlib
import http.client
import socket

import psutil

from tutor.errors import TutorError

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


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
            raise TutorError(
                f"Port {port}, which stack.toml gives to {service}, cannot be used: "
                f"{error.strerror or error}{_holder(port)}.",
                hint="Stop that program, or remove `port` there: then a free one is taken.",
            ) from error


def _holder(port: int) -> str:
    """Return the process that listens on *port*, in words; empty where we may not know."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,)
            if listens and connection.pid:
                name = psutil.Process(connection.pid).name()
                return f" ({name}, process {connection.pid}, has it)"
    return ""
