"""Where a stack's servers are: processes of this machine, or containers (``tutor.machine.docker``).

Nobody else knows. What differs is asked of the :class:`Placement`: the supervisor of a server, the
environment and the ports of its services, its share of the machine.
"""

import atexit
import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from tutor.base.errors import TutorError
from tutor.base.files import cannot_write
from tutor.base.locks import locked
from tutor.machine import supervisor
from tutor.machine.client import Client, SupervisorGone
from tutor.machine.disk import check_room
from tutor.machine.leftovers import MARK, end_leftovers
from tutor.machine.ports import LOOPBACK, check_port, free_port, reserving
from tutor.machine.shares import Share, let_go, pids_on_servers

POLL = 0.02
"""Seconds between two looks."""
UP_TIMEOUT = 15.0
"""Seconds a supervisor may take to answer, the end of the one before it included."""
GONE_TIMEOUT = 3.0
"""Seconds until a supervisor that was told to end is gone."""


class Placement(Protocol):
    """Keeps one supervisor per place; the supervisor runs the services, the same one everywhere."""

    listen: str
    """The address on which services listen, so that this machine reaches them on loopback."""
    confines: bool
    """Whether what was started on a server stays there: PostgreSQL moves by starting anew."""

    def up(self) -> None:
        """Hold the servers: join them, or start them after tidying up."""
        ...

    def find(self) -> bool:
        """Join running servers without holding them; return whether there are any."""
        ...

    def release(self) -> None:
        """Let go; the servers end if nobody else holds them."""
        ...

    def shutdown(self) -> bool:
        """End the servers whoever holds them; return whether there were any."""
        ...

    def wait_until_gone(self, timeout: float) -> bool:
        """Wait until the servers have ended; return whether they have."""
        ...

    def client(self, server: str) -> Client:
        """Return the supervisor of *server*."""
        ...

    def clients(self) -> Sequence[Client]:
        """Return every supervisor."""
        ...

    def outside(self) -> Client:
        """Return the supervisor of what runs where visitors are: on this machine, on no server."""
        ...

    def environment(self) -> dict[str, str]:
        """Return the environment that processes on servers start from."""
        ...

    def outside_environment(self) -> dict[str, str]:
        """Return the environment of what runs on no server, but on this machine."""
        ...

    def temporary(self, server: str) -> Path:
        """Return the folder of *server* that is removed when the stack ends."""
        ...

    def port(self, wanted: int, service: str) -> int:
        """Return the port for *service*: the *wanted* one, or a free one where that is 0.

        Raises:
            TutorError: somebody has the wanted one.
        """
        ...

    def ports(self, wanted: Mapping[str, int]) -> dict[str, int]:
        """Return a port for each service of *wanted*, chosen together: no two get the same.

        Raises:
            TutorError: somebody has one that is wanted.
        """
        ...

    def share(self, server: str, site: str, cpu: float, memory: int | None, place: int) -> Share:
        """Return the share of the machine that *server* is for *site*, made and not yet held to."""
        ...

    def on_servers(self) -> set[int]:
        """Return the processes on any server, as far as somebody keeps account."""
        ...

    def let_go(self, pids: Iterable[int]) -> None:
        """Give processes that were moved to a server the whole machine back."""
        ...


class Processes:
    """Servers that are names only: all services are processes here, under one supervisor."""

    listen = LOOPBACK
    confines = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._client: Client | None = None
        self._changing = threading.Lock()

    def up(self) -> None:
        """Hold the stack: join its supervisor, or start one after tidying up.

        Raises:
            TutorError: the folder cannot be written, or the supervisor does not start.
        """
        client = self._client
        if client is not None and _answers(client) and self._join(client):
            return
        self._change(client, None)
        try:
            (self.folder / "logs").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(self.folder, error) from error
        deadline = time.monotonic() + UP_TIMEOUT
        # One at a time: the second would take the first one's supervisor for a leftover.
        with locked(self.folder / "up.lock"), lifeline() as pipe:
            while not self._join(Client.from_state(self._state)):
                end_leftovers(self.folder)
                (self.folder / supervisor.TEMPORARY).mkdir(exist_ok=True)
                self._start_supervisor(deadline, pipe)

    def release(self) -> None:
        """Let go of the stack; it ends if nobody else holds it."""
        self._change(self._client, None)

    def wait_until_gone(self, timeout: float) -> bool:
        """Wait until the supervisor has ended; return whether it has."""
        deadline = time.monotonic() + timeout
        while self._state.exists():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL)
        return True

    def find(self) -> bool:
        """Join a running supervisor without holding the stack; return whether there is one."""
        client = self._client
        if client is None or not _answers(client):
            self._change(client, Client.from_state(self._state))
        return self._client is not None

    def shutdown(self) -> bool:
        """End the stack whoever holds it; return whether there was one."""
        there_was_one = self.find()
        if there_was_one:
            with contextlib.suppress(SupervisorGone):
                self.client("").request("shutdown")
            self.wait_until_gone(GONE_TIMEOUT)
            self.release()
        return end_leftovers(self.folder) > 0 or there_was_one

    def client(self, server: str) -> Client:
        """Return the supervisor: the same for every server."""
        if self._client is None:
            raise TutorError.named("stack_not_up")
        return self._client

    def clients(self) -> Sequence[Client]:
        """Return the one supervisor."""
        return [self.client("")]

    def outside(self) -> Client:
        """Return the one supervisor."""
        return self.client("")

    def environment(self) -> dict[str, str]:
        """Return our own environment, but for where temporary files go."""
        return {**os.environ, "TMPDIR": str(self.folder / supervisor.TEMPORARY)}

    def outside_environment(self) -> dict[str, str]:
        """Return the environment of the servers: they are this machine."""
        return self.environment()

    def temporary(self, server: str) -> Path:
        """Return the one folder, whatever the server."""
        return self.folder / supervisor.TEMPORARY

    def port(self, wanted: int, service: str) -> int:
        """Return the *wanted* port, if nobody has it, or a free one."""
        if wanted:
            check_port(wanted, service)
        return wanted or free_port()

    def ports(self, wanted: Mapping[str, int]) -> dict[str, int]:
        """Return the wanted ports, if nobody has them, and free ones for the others."""
        for service, port in wanted.items():
            if port:
                check_port(port, service)
        with reserving() as reserve:
            given = set(wanted.values())
            # A wanted one is free as well, and must not be given to another.
            return {
                service: port or next(free for free in iter(reserve, 0) if free not in given)
                for service, port in wanted.items()
            }

    def share(self, server: str, site: str, cpu: float, memory: int | None, place: int) -> Share:
        """Return a share of this machine; the supervisor removes it at the end."""
        share = Share(self.folder, f"{server}-{site}", cpu, place)
        self.client("").request("own", cgroups=list(share.cgroups))
        share.make()
        return share

    def on_servers(self) -> set[int]:
        """Return the processes in the cgroups of this stack."""
        return pids_on_servers(self.folder)

    def let_go(self, pids: Iterable[int]) -> None:
        """Take processes out of the cgroups of this stack."""
        let_go(self.folder, pids)

    @property
    def _state(self) -> Path:
        return self.folder / supervisor.STATE

    def _change(self, client: Client | None, other: Client | None) -> None:
        """Let go of *client* for *other*, unless it is not ours any more.

        Who looks at the stack, the monitor for one, may do so while somebody joins it: the look
        must not take the place of the hold.
        """
        with self._changing:
            if self._client is client:
                self._client = other
                if client is not None:
                    client.release()

    def _join(self, client: Client | None) -> bool:
        """Hold the stack by way of *client*; return whether its supervisor let us."""
        if client is None:
            return False
        try:
            client.hold()
        except TutorError:
            return False
        with self._changing:
            self._client = client
        return True

    def _start_supervisor(self, deadline: float, pipe: int) -> None:
        """Start a supervisor and wait until it answers, or has found another in its place."""
        log_path = self.folder / "logs" / "supervisor.log"
        try:
            log = log_path.open("wb")
        except OSError as error:
            raise cannot_write(log_path, error) from error
        with log:
            process = subprocess.Popen(
                # Isolated and without site packages: the standard library is all it needs.
                [sys.executable, "-IS", supervisor.__file__, str(self.folder)],
                env={**os.environ, MARK: str(self.folder)},
                stdin=pipe,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _supervisors[:] = [known for known in _supervisors if known.poll() is None]
        _supervisors.append(process)
        while time.monotonic() < deadline and process.poll() is None:
            if Client.from_state(self._state):
                return
            time.sleep(POLL)
        if process.poll() == supervisor.TAKEN and time.monotonic() < deadline:
            time.sleep(POLL)
            return
        check_room(self.folder, 1)
        said = log_path.read_text()[-300:].strip()
        raise TutorError.named("supervisor_failed", hint="ask_doctor", said=said)


def _answers(client: Client) -> bool:
    try:
        client.status()
    except TutorError:
        return False
    return True


@contextlib.contextmanager
def lifeline() -> Iterator[int]:
    """Lend the end of a pipe that closes with the block, or with our death before it."""
    ours, other = os.pipe()
    try:
        yield ours
    finally:
        os.close(other)
        os.close(ours)


_supervisors: list[subprocess.Popen[bytes]] = []
"""Those this process started: our children, whose end we must notice, whoever holds them."""


@atexit.register
def _leave_supervisors() -> None:
    """Let go of those that outlive us: somebody else holds them."""
    for process in _supervisors:
        if process.poll() is None:
            process.returncode = 0
