"""The stack of one workspace: start, ask, stop."""

import contextlib
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError, said_of
from tutor.base.files import cannot_write
from tutor.catalogue import problem
from tutor.machine.client import Client, SupervisorGone
from tutor.machine.command import Command
from tutor.machine.leftovers import MARK
from tutor.machine.placement import GONE_TIMEOUT, Placement, Processes
from tutor.machine.processes import children_of
from tutor.machine.shares import Share
from tutor.machine.slowdown import slowdown
from tutor.machine.status import UNKNOWN_SERVICE, ServiceStatus
from tutor.stack.services.base import Service

Report = Callable[..., None]
POLL = 0.02
"""Seconds between two questions for readiness."""
UNWANTED = (
    "DJANGO_SETTINGS_MODULE",
    "PYTHONPATH",
    "PYTHONHOME",
    "GUNICORN_CMD_ARGS",
    "WEB_CONCURRENCY",
)
"""Variables of the learner's shell that would change how the shop runs."""


COPYING = "-copy"
"""The end of the name of what makes a replica's data: it writes into the replica's own log."""
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What a program may write to its log, and nobody wants in a terminal."""


NO_SHARE: Mapping[str, Any] = {"cores": None, "cgroup": ""}
"""What is noted of a service whose server has the whole machine."""


class ServiceFailed(TutorError):
    """A service ended, or did not answer in time."""

    def __init__(
        self,
        name: str,
        service: Service | Command,
        log_tail: str,
        code: int | None = None,
        late: Any = None,
        **values: object,
    ) -> None:
        said = said_of(
            name, hint="see_log", service=service.name, last=last_words(log_tail), **values
        )
        message, hint = problem("en", said)
        super().__init__(message, hint=hint, said=said)
        self.service = service.name
        self.log_tail = log_tail
        self.code = code
        self.late = late
        """What it was seen to be at when its time was over, where somebody looked."""


class Stack:
    """The processes of one workspace, kept by its supervisor."""

    def __init__(self, folder: Path, placement: Placement | None = None) -> None:
        self.folder = folder
        self.placement = placement or Processes(folder)

    @property
    def logs(self) -> Path:
        """Return the folder of the services' logs."""
        return self.folder / "logs"

    def base_env(self) -> dict[str, str]:
        """Return the environment every process of the stack starts from."""
        return self._env(self.placement.environment())

    def outside_env(self) -> dict[str, str]:
        """Return the environment of what runs on no server, but on this machine."""
        return self._env(self.placement.outside_environment())

    def _env(self, given: dict[str, str]) -> dict[str, str]:
        env = {key: value for key, value in given.items() if key not in UNWANTED}
        env |= {
            MARK: str(self.folder),
            # No bytecode: Python tells old from new by the second, too coarse for a shop in work.
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
        }
        return env

    # -- where it runs -------------------------------------------------------------------------

    def up(self) -> None:
        """Hold the stack: join it, or start it after tidying up.

        Raises:
            TutorError: the folder cannot be written, or the supervisor does not start.
        """
        self.placement.up()

    def release(self) -> None:
        """Let go of the stack; it ends if nobody else holds it."""
        self.placement.release()

    def wait_until_gone(self, timeout: float = GONE_TIMEOUT) -> bool:
        """Wait until the stack has ended; return whether it has."""
        return self.placement.wait_until_gone(timeout)

    def find(self) -> bool:
        """Join a running stack without holding it; return whether there is one."""
        return self.placement.find()

    def shutdown(self) -> bool:
        """End the stack whoever holds it; return whether there was one."""
        return self.placement.shutdown()

    def status(self) -> dict[str, ServiceStatus]:
        """Return what the supervisor knows of each service."""
        services: dict[str, ServiceStatus] = {}
        for client in self.placement.clients():
            services |= client.status().services
        return services

    def status_of(self, name: str) -> ServiceStatus:
        """Return what the supervisor knows of the service *name*, also where that is nothing."""
        return self.status().get(name, UNKNOWN_SERVICE)

    def note(self, name: str, **info: Any) -> None:
        """Note something about the service *name*, for whoever asks for the status."""
        self._client_of(name).request("note", name=name, info=info)

    def make_share(self, share: Share) -> None:
        """Make a share of this machine; the supervisor removes it at the end."""
        self.placement.outside().request("own", cgroups=list(share.cgroups))
        share.make()

    def orphans(self) -> list[int]:
        """Return what services started and left behind; the supervisor adopted it."""
        found: list[int] = []
        for client in self.placement.clients():
            status = client.status()
            known = {service.pid for service in status.services.values()}
            found += [pid for pid in status.children if pid not in known]
        return found

    # -- services and commands -----------------------------------------------------------------

    def start(self, service: Service, cancel: Cancel, share: Share | None = None) -> float:
        """Start *service* on its *share* and wait until it answers; return the seconds it took.

        Raises:
            ServiceFailed: it ended, or did not answer in time; it is stopped again.
        """
        began = time.monotonic()
        command = service.command()
        if share is not None:
            info = replace(command.info, **share_info(share))
            command = replace(command, cgroups=share.joined, affinity=share.affinity, info=info)
        self._launch(command)
        try:
            self._await_ready(service, cancel, service.start_timeout * slowdown())
        except BaseException:
            with contextlib.suppress(TutorError):
                self.stop(service.name, grace=0.5)
            raise
        return time.monotonic() - began

    def _await_ready(self, service: Service, cancel: Cancel, patience: float) -> None:
        deadline = time.monotonic() + patience
        while not service.is_ready():
            cancel.check()
            status = self.status_of(service.name)
            if not status.running:
                tail = self.tail(service.name)
                raise ServiceFailed("service_ended_early", service, tail, status.code)
            if time.monotonic() > deadline:
                tail = self.tail(service.name)
                raise ServiceFailed("service_late", service, tail, seconds=round(patience))
            time.sleep(POLL)

    def run(
        self,
        command: Command,
        cancel: Cancel,
        *,
        timeout: float,
        held: Callable[[], float] = lambda: 0.0,
        look: Callable[[], Any] = lambda: None,
    ) -> None:
        """Run *command* to its end; the seconds that we *held* it up are none of its *timeout*.

        What *look* sees when its time is over, while it still runs, is in the failure's ``late``.

        Raises:
            ServiceFailed: it ended with another code than 0, or took longer.
        """
        code = self.run_watched(command, cancel, timeout=timeout, held=held, look=look)
        if code != 0:
            raise ServiceFailed(
                "service_ended", command, self.tail(command.name), code, exit_code=code
            )

    def run_watched(
        self,
        command: Command,
        cancel: Cancel,
        *,
        timeout: float,
        tick: Callable[[], None] = lambda: None,
        held: Callable[[], float] = lambda: 0.0,
        look: Callable[[], Any] = lambda: None,
    ) -> int:
        """Run *command* to its end, calling *tick* ever so often; return its exit code.

        Of the others see :meth:`run`.
        """
        self._launch(command)
        client = self._client_of(command.name)
        deadline = time.monotonic() + timeout
        try:
            while True:
                status = client.wait(command.name, 0.1)
                tick()
                if not status.running:
                    assert status.code is not None, f"{command.name} ended without a code"
                    return status.code
                cancel.check()
                if time.monotonic() > deadline + held():
                    late, tail = look(), self.tail(command.name)
                    raise ServiceFailed(
                        "service_endless", command, tail, None, late, seconds=timeout
                    )
        finally:
            with contextlib.suppress(TutorError):
                self.stop(command.name, grace=1.0)

    @contextlib.contextmanager
    def beside(self, commands: Iterable[Command]) -> Iterator[None]:
        """Have *commands* run during the block; each may end before it."""
        started: list[str] = []
        try:
            for command in commands:
                self._launch(command)
                started.append(command.name)
            yield
        finally:
            for name in started:
                with contextlib.suppress(TutorError):
                    self.stop(name, grace=1.0)

    def stop(self, name: str, *, grace: float = 5.0) -> None:
        """Stop the service *name*; it may not run, and the stack may be gone: then all is done."""
        with contextlib.suppress(SupervisorGone):
            if name in self.status():
                self._client_of(name).request("stop", name=name, grace=grace)

    def pids(self, name: str) -> list[int]:
        """Return every process of the service or command *name*; none where it does not run."""
        status = self.status_of(name)
        return [status.pid, *children_of(status.pid)] if status.running else []

    def server_of(self, name: str) -> str:
        """Return the server whose supervisor keeps *name*; empty where one keeps them all."""
        return self._client_of(name).server

    def is_running(self, name: str) -> bool:
        """Return whether the service *name* runs."""
        return self.status_of(name).running

    def signal(self, name: str, number: int) -> None:
        """Send the signal *number* to the service *name*."""
        self._client_of(name).request("signal", name=name, signal=int(number))

    def log(self, name: str) -> Path:
        """Return the log of the service or command *name*."""
        kind = "postgres" if name.startswith("postgres") else name.removesuffix(COPYING)
        return self.logs / f"{kind}.log"

    def tail(self, name: str, size: int = 16_000) -> str:
        """Return the last *size* bytes of a log."""
        with contextlib.suppress(OSError), self.log(name).open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - size))
            return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", file.read().decode("utf-8", "replace"))
        return ""

    def _launch(self, command: Command) -> None:
        """Start *command* on a fresh log; what a killed tutor left under its name is stopped."""
        self.stop(command.name, grace=0.5)
        try:
            command.log.parent.mkdir(parents=True, exist_ok=True)
            command.log.write_bytes(b"")
        except OSError as error:
            raise cannot_write(command.log, error) from error
        place = self.placement
        server = command.info.server
        client = place.outside() if command.outside else place.client(server)
        client.request("start", spec=command.to_spec())

    def _client_of(self, name: str) -> Client:
        """Return the supervisor that keeps the service *name*; any where none does."""
        *others, last = self.placement.clients()
        keepers = (c for c in others if name in c.status().services)
        return next(keepers, last)


def share_info(share: Share) -> dict[str, Any]:
    """Return what a monitor needs to know of the share that a service runs on."""
    return {"cores": share.cores, "cgroup": share.cgroups[0] if share.cgroups else ""}


def last_words(log_tail: str) -> str:
    """Return the last line of a log, in words where there is none."""
    lines = log_tail.strip().splitlines()
    return lines[-1].strip() if lines else "its log is empty"


def new_password() -> str:
    """Return a password nobody has to type."""
    return secrets.token_hex(12)
