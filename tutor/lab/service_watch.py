"""What is ours and died, or was stopped, during a run: no fault of the shop.

A page that fails because its worker was killed looks like any other that fails, so whoever blames
a shop asks here first.
"""

import re
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from tutor.base.errors import TutorError
from tutor.events import ServiceDied
from tutor.machine.processes import children_of, send_signal, stands_still
from tutor.machine.status import UNKNOWN_SERVICE, ServiceStatus
from tutor.probes.http import PageUnreachable
from tutor.stack.ground import Ground
from tutor.stack.rows import SHOPS_OWN
from tutor.stack.site import Site
from tutor.stack.starting import Emit

KILLED = re.compile(r"Worker \(pid:(\d+)\) was sent SIGKILL")
"""What gunicorn logs of a worker that somebody killed, or it did itself after a timeout."""
TIMED_OUT = re.compile(r"WORKER TIMEOUT \(pid:(\d+)\)")
CRASHED = b"was terminated by signal"
"""What PostgreSQL logs of a backend that was killed: then it ends all the others too."""
LOG_SIZE = 200_000
NEWS = 0.5
"""Seconds within which gunicorn has logged how its worker ended that just broke a connection."""


class ServiceWatch:
    """Looks after the services of one run, from its beginning on."""

    def __init__(self, ground: Ground, emit: Emit) -> None:
        self._ground = ground
        self._emit = emit
        self._logs = {path: path.stat().st_size for path in self._statement_logs()}
        """How far PostgreSQL's logs were written when the run began."""
        self._ended: set[str] = set()

    def kill(self, pids: Iterable[int]) -> None:
        """Kill processes of a shop as the kernel does when memory ends; they are nobody's fault."""
        ended = list(pids)
        self._ended.update(map(str, ended))
        send_signal(ended, signal.SIGKILL)

    def check(self, sites: Iterable[Site]) -> None:
        """Make sure that all is well.

        Raises:
            TutorError: something died or stands still that no experiment has ended.
        """
        shops = list(sites)
        news = NEWS if isinstance(sys.exception(), PageUnreachable) else 0.0
        deadline = time.monotonic() + news
        while True:
            for error in self._found(shops):
                raise error
            if time.monotonic() >= deadline:
                return
            time.sleep(0.05)

    def _found(self, sites: list[Site]) -> Iterator[TutorError]:
        status = self._ground.stack.status()
        yield from self._postgres(status.get("postgres", UNKNOWN_SERVICE))
        for name, replica in status.items():
            if replica.info.kind == "replica":
                yield from self._service(name, "replica", replica.info.server, replica)
        for site in sites:
            for service in site.services.values():
                # What an experiment has stopped the supervisor knows no more.
                if state := status.get(service.name):
                    yield from self._service(service.name, service.kind, service.server, state)

    def _postgres(self, state: ServiceStatus) -> Iterator[TutorError]:
        stack, server = self._ground.stack, self._ground.postgres.server
        if not state.running:
            code = state.code or -1
            self._emit(ServiceDied("postgres", server, code, stack.tail("postgres", 2000)))
            yield TutorError.named("postgres_died", code=code)
        elif any(map(self._has_crashed, self._statement_logs())):
            yield TutorError.named("postgres_crashed", hint="postgres_died_hint")
        elif stands_still(self._ground.postgres_pids()):
            yield TutorError.named("service_stands_still", hint="not_yours", service="postgres")

    def _service(
        self, name: str, kind: str, server: str, state: ServiceStatus
    ) -> Iterator[TutorError]:
        stack = self._ground.stack
        if not state.running:
            code = state.code or 0
            # The shop's own code may end its processes as it likes; only who kills is not it.
            if not state.stopping and (kind not in SHOPS_OWN or code == -signal.SIGKILL):
                self._emit(ServiceDied(kind, server, code, stack.tail(name, 2000)))
                yield TutorError.named("shop_killed", service=name)
            return
        if stands_still([state.pid, *children_of(state.pid)]):
            yield TutorError.named("service_stands_still", hint="not_yours", service=name)
        if kind == "gunicorn":
            log = stack.tail(name, LOG_SIZE)
            if set(KILLED.findall(log)) - set(TIMED_OUT.findall(log)) - self._ended:
                yield TutorError.named("worker_killed_meanwhile", service=name)

    def _statement_logs(self) -> list[Path]:
        return sorted(self._ground.postgres.logs.glob("statements-*.json"))

    def _has_crashed(self, log: Path) -> bool:
        with suppress(OSError), log.open("rb") as file:
            file.seek(self._logs.get(log, 0))
            return any(CRASHED in line for line in file)
        return False
