"""A PostgreSQL of one's own with the settings it comes with: durable, and nothing is logged."""

import os
import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.helpers import wait_until
from tutor.machine.command import Command
from tutor.machine.kernel import prepare_child
from tutor.machine.ports import free_port
from tutor.stack.services.postgres import SUPERUSER, Postgres

PATIENCE = 30.0


@contextmanager
def own_postgres(folder: Path) -> Iterator[str]:
    """Run one whose files are in *folder*; yield the address of its only database."""
    port, password = free_port(), secrets.token_hex(8)
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    server = Postgres(folder, env, server="", port=port, password=password, max_connections=20)
    server.log.parent.mkdir(parents=True, exist_ok=True)
    server.prepare_init()
    with server.log.open("ab") as log:
        _start(server.init_command(), log.fileno()).wait(PATIENCE)
        process = _start(server.command(), log.fileno())
    try:
        if not wait_until(server.is_ready, timeout=PATIENCE):
            raise RuntimeError(server.log.read_text())
        yield f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


def _start(command: Command, log: int) -> "subprocess.Popen[bytes]":
    """Start a program of PostgreSQL's, which does not run as root and ends with us."""
    rights = {"unprivileged": command.unprivileged, "death_signal": command.death_signal}
    return subprocess.Popen(
        [*command.argv],
        cwd=command.cwd,
        env=command.env,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        preexec_fn=partial(prepare_child, rights, os.getpid()),
    )
