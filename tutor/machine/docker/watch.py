"""Remove a stack's containers and network when it has ended, whatever ended it.

Runs as a process of its own (``python -m tutor.machine.docker.watch FOLDER``) from before the first
container until after the last; standard input is a pipe that closes with whoever starts the stack.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TypeVar

from tutor.base.errors import TutorError
from tutor.base.paths import PACKAGE
from tutor.machine.client import Client
from tutor.machine.docker import owned
from tutor.machine.docker.engine import connect
from tutor.machine.leftovers import MARK
from tutor.machine.supervisor import STATE

C = TypeVar("C", bound=Client)

GRACE = 1.2
"""Seconds in which containers end by themselves."""
PATIENCE = 20.0
"""Seconds after which what cannot be removed is left to the next start."""
POLL = 0.05
NETWORK = "network.json"
"""The file that says that there is a network, and at which address its services are."""
FIRST = "_network"
"""The folder of the first container: the one that is no server."""


def state_of(folder: Path, server: str) -> Path:
    """Return where the supervisor of *server* writes its state."""
    return folder / "servers" / (server or FIRST) / STATE


def address_of(folder: Path) -> str:
    """Return the address at which we reach the containers; empty before there is one."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        return str(json.loads((folder / NETWORK).read_text())["address"])
    return ""


def reach(kind: type[C], folder: Path, server: str) -> C | None:
    """Return the supervisor of *server*; None where none answers."""
    address = address_of(folder)
    return kind.from_state(state_of(folder, server), address) if address else None


def start_watch(folder: Path, pipe: int) -> None:
    """Start the process that tidies up after the stack in *folder*; *pipe* is its lifeline."""
    # It finds what we found, wherever that lies.
    path = os.pathsep.join([str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")])
    with (folder / "logs" / "watch.log").open("wb") as log:
        subprocess.Popen(
            [sys.executable, "-P", "-m", "tutor.machine.docker.watch", str(folder)],
            env={**os.environ, "PYTHONPATH": path, MARK: str(folder)},
            stdin=pipe,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ).returncode = 0  # It outlives us: nobody waits for it.


def main() -> None:
    """Wait for the end of the stack on the command line, and tidy up."""
    folder = Path(sys.argv[1])
    # Ctrl-C in a terminal is meant for others.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if first := _await_first(folder):
        first.wait_for_end()
    with contextlib.suppress(TutorError, OSError):
        owned.remove(connect(), folder, grace=GRACE if first else 0, patience=PATIENCE)
        (folder / NETWORK).unlink(missing_ok=True)


def _await_first(folder: Path) -> Client | None:
    """Return the first supervisor; None where its starter is gone and there is none."""
    while not (first := reach(Client, folder, "")):
        readable, _, _ = select.select([sys.stdin.fileno()], [], [], 0)
        if readable and not os.read(sys.stdin.fileno(), 1):
            return None
        time.sleep(POLL)
    return first


if __name__ == "__main__":
    main()
