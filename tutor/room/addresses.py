"""Where a room can be reached: on this machine, from its network, or by a name in front of it."""

import os
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

import psutil

from tutor.base.errors import TutorError

LOOPBACK = "127.0.0.1"
BACKLOG = 512
EVERYWHERE = "0.0.0.0"  # noqa: S104 - only where somebody asks for it


def public_address() -> str:
    """Return the address that a proxy in front of us answers to; empty where there is none."""
    return os.environ.get("LEVELUP_ROOM_ADDRESS", "").rstrip("/")


def of_network() -> list[str]:
    """Return this machine's addresses in its networks, those of real ones first."""
    found = []
    up = {name for name, about in psutil.net_if_stats().items() if about.isup}
    for name, addresses in psutil.net_if_addrs().items():
        for one in addresses:
            if one.family == socket.AF_INET and name in up and not one.address.startswith("127."):
                inside = name.startswith(("docker", "br-", "veth", "virbr", "tun", "tap"))
                found.append((inside, one.address))
    return [address for _, address in sorted(found)]


def names() -> list[str]:
    """Return the names by which this machine may be called; its addresses are known anyway."""
    public = urlsplit(public_address()).hostname
    own = socket.gethostname().lower()
    return ["localhost", own, f"{own}.local", *([public] if public else [])]


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens on *port* of *host*, or on a free one for 0.

    Raises:
        TutorError: the port cannot be used.
    """
    # Named as TCP, or asyncio leaves Nagle's algorithm on: headers would go, and the body only when
    # they are confirmed, which the other side does 40 ms later.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # From here on whoever comes waits for us, and is not sent away.
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise TutorError.named(
            "port_unusable", port=port, reason=getattr(error, "strerror", "") or error
        ) from error
    return listener


class Served:
    """How this process serves, for pages that name its address."""

    lan = False
    """Whether others in the network reach it."""
    names: Sequence[str] = ("localhost",)


served = Served()
