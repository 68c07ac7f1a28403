"""TCP connections, asked of the kernel: nobody who serves is disturbed.

Containers have a network of their own, of which one of their processes leads to the list.
"""

import contextlib
import socket
import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

SOCK_DIAG = 4
BY_FAMILY = 20
DUMP = 0x301
STATES = ESTABLISHED, CLOSE_WAIT, LISTEN = 1, 8, 10
HEADER = struct.Struct("=IHHII")
REQUEST = struct.Struct("=BBBBI48x")
ANSWER = struct.Struct("=BBBB2s2s44xIIIII")
"""Family, state, timer, tries, both ports (in the network's order), then expiry, both queues,
user and inode.
"""
DONE, FAILED = 3, 2
ENOUGH = 0.5
"""Seconds that the kernel may take."""


@dataclass(frozen=True, slots=True)
class Sockets:
    """Who is connected to whom, by port."""

    waiting: Counter[int] = field(default_factory=Counter)
    """By port that is listened on: connections that nobody has taken yet."""
    arrived: Counter[int] = field(default_factory=Counter)
    """By port that is listened on: connections from clients, the waiting ones included."""
    left_for: dict[int, list[int]] = field(default_factory=dict)
    """By port that is connected to: the inodes of the clients' ends."""


def sockets(pid: int = 0) -> Sockets | None:
    """Return the connections of the network in which *pid* is; None where the kernel does not tell.

    By default it is this machine's own.
    """
    if not hasattr(socket, "AF_NETLINK"):
        return None
    seen = Sockets()
    try:
        found = _read_list(pid) if pid and _is_elsewhere(pid) else _ask_kernel()
        for state, local, remote, queue, inode in found:
            if state == LISTEN:
                seen.waiting[local] = queue
            else:
                seen.arrived[local] += 1
                seen.left_for.setdefault(remote, []).append(inode)
    except (OSError, ValueError, struct.error):
        return None
    return seen


def inodes_of(pids: Iterable[int]) -> set[int]:
    """Return the inodes of the sockets that these processes hold."""
    found = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            for file in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    target = str(file.readlink())
                    if target.startswith("socket:["):
                        found.add(int(target[8:-1]))
    return found


def _is_elsewhere(pid: int) -> bool:
    """Return whether *pid* is in another network than we are."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/ns/net").stat().st_ino != Path("/proc/self/ns/net").stat().st_ino
    return False


def _read_list(pid: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield what :func:`_ask_kernel` does, of the network in which *pid* is."""
    for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state, queues, _, _, _, _, inode, *_ = line.split()
        if int(state, 16) in STATES:
            local_port, remote_port = (int(end.partition(":")[2], 16) for end in (local, remote))
            yield (
                int(state, 16),
                local_port,
                remote_port,
                int(queues.partition(":")[2], 16),
                int(inode),
            )


def _ask_kernel() -> Iterator[tuple[int, int, int, int, int]]:
    """Yield state, local port, remote port, length of the queue and inode of each TCP socket.

    Unlike the list in ``/proc``, this leaves out the closed ones, which are the most by far while
    visitors come and go.
    """
    states = sum(1 << state for state in STATES)
    body = REQUEST.pack(socket.AF_INET, socket.IPPROTO_TCP, 0, 0, states)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, SOCK_DIAG) as kernel:
        kernel.settimeout(ENOUGH)
        kernel.send(HEADER.pack(HEADER.size + len(body), BY_FAMILY, DUMP, 1, 0) + body)
        while True:
            data = kernel.recv(65536)
            place = 0
            while place < len(data):
                length, kind, *_ = HEADER.unpack_from(data, place)
                if kind == DONE:
                    return
                if kind == FAILED or not length:
                    raise OSError("the kernel does not tell")
                _, state, _, _, local, remote, _, queue, _, _, inode = ANSWER.unpack_from(
                    data, place + HEADER.size
                )
                ports = int.from_bytes(local, "big"), int.from_bytes(remote, "big")
                yield state, *ports, queue, inode
                place += length + -length % 4
