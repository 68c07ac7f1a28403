"""The stack of one workspace: start, ask, stop."""

import atexit
import contextlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tutor.errors import TutorError
from tutor.files import cannot_write, locked
from tutor.stack import supervisor
from tutor.stack.cancel import Cancel
from tutor.stack.client import Client, SupervisorGone
from tutor.stack.disk import check_room
from tutor.stack.leftovers import MARK, end_leftovers
from tutor.stack.services.base import Command, Service

Report = Callable[..., None]
POLL = 0.02
"""Seconds between two questions for readiness."""
UP_TIMEOUT = 15.0
"""Seconds a supervisor may take to answer, the end of the one before it included."""
UNWANTED = (
    "DJANGO_SETTINGS_MODULE",
    "PYTHONPATH",
    "PYTHONHOME",
    "GUNICORN_CMD_ARGS",
    "WEB_CONCURRENCY",
)
"""Variables of the learner's shell that would change how the shop runs."""


class ServiceFailed(TutorError):
    """A service ended, or did not answer in time."""

    def __init__(
        self, service: Service | Command, what: str, log_tail: str, code: int | None
    ) -> None:
        last = log_tail.strip().splitlines()[-1:] or ["its log is empty"]
        super().__init__(
            f"{service.name} {what}. Its last words: {last[0].strip()}",
            hint=f"`tutor stack logs {service.name}` shows its log; `tutor doctor` may know more.",
        )
        self.service = service.name
        self.log_tail = log_tail
        self.code = code


class Stack:
    """The processes of one workspace, kept by its supervisor."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._client: Client | None = None

    @property
    def logs(self) -> Path:
        """Return the folder of the services' logs."""
        return self.folder / "logs"

    def base_env(self) -> dict[str, str]:
        """Return the environment every process of the stack starts from."""
        env = {key: value for key, value in os.environ.items() if key not in UNWANTED}
        env |= {
            MARK: str(self.folder),
            # No bytecode of the shop: Python tells old from new by the second, which is too coarse here.
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
        }
        return env

    # -- the supervisor ------------------------------------------------------------------------

    def up(self) -> None:
        """Hold the stack: join its supervisor, or start one after tidying up.

        Raises:
            TutorError: the folder cannot be written, or the supervisor does not start.
        """
        if self._client is not None and self._answers() and self._join(self._client):
            return
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(self.logs, error) from error
        deadline = time.monotonic() + UP_TIMEOUT
        # One at a time: the second would take the first one's supervisor for a leftover.
        with locked(self.folder / "up.lock"):
            while not self._join(Client.from_state(self._state)):
                end_leftovers(self.folder)
                self._start_supervisor(deadline)

    def release(self) -> None:
        """Let go of the stack; it ends if nobody else holds it."""
        if self._client is not None:
            self._client.release()
            self._client = None

    def wait_until_gone(self, timeout: float = 3.0) -> bool:
        """Wait until the supervisor has ended; return whether it has."""
        deadline = time.monotonic() + timeout
        while self._state.exists():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL)
        return True

    def find(self) -> bool:
        """Join a running supervisor without holding the stack; return whether there is one."""
        if self._client is None or not self._answers():
            self._client = Client.from_state(self._state)
        return self._client is not None

    def shutdown(self) -> bool:
        """End the stack whoever holds it; return whether there was one."""
        there_was_one = self.find()
        if there_was_one:
            with contextlib.suppress(SupervisorGone):
                self.client.request("shutdown")
            self.wait_until_gone()
            self.release()
        return end_leftovers(self.folder) > 0 or there_was_one

    @property
    def client(self) -> Client:
        """Return the connection to the supervisor."""
        if self._client is None:
            raise TutorError("The stack is not up.", hint="`tutor stack up` starts it.")
        return self._client

    def status(self) -> dict[str, dict[str, Any]]:
        """Return what the supervisor knows of each service."""
        services: dict[str, dict[str, Any]] = self.client.request("status")["services"]
        return services

    # -- services and commands -----------------------------------------------------------------

    def start(self, service: Service, cancel: Cancel) -> float:
        """Start *service* and wait until it answers; return the seconds it took.

        Raises:
            ServiceFailed: it ended, or did not answer in time; it is stopped again.
        """
        began = time.monotonic()
        command = service.command()
        self._launch(command)
        try:
            self._await_ready(service, cancel, began + service.start_timeout)
        except BaseException:
            with contextlib.suppress(TutorError):
                self.stop(service.name, grace=0.5)
            raise
        return time.monotonic() - began

    def _await_ready(self, service: Service, cancel: Cancel, deadline: float) -> None:
        while not service.is_ready():
            cancel.check()
            state = self.status().get(service.name, {})
            if not state.get("running"):
                raise ServiceFailed(
                    service, "ended before it answered", self.tail(service.name), state.get("code")
                )
            if time.monotonic() > deadline:
                raise ServiceFailed(
                    service,
                    f"did not answer within {service.start_timeout:g} s",
                    self.tail(service.name),
                    None,
                )
            time.sleep(POLL)

    def run(self, command: Command, cancel: Cancel, *, timeout: float) -> None:
        """Run *command* to its end.

        Raises:
            ServiceFailed: it ended with another code than 0, or took longer than *timeout* seconds.
        """
        code = self.run_watched(command, cancel, timeout=timeout)
        if code != 0:
            raise ServiceFailed(command, f"ended with code {code}", self.tail(command.name), code)

    def run_watched(
        self,
        command: Command,
        cancel: Cancel,
        *,
        timeout: float,
        tick: Callable[[], None] = lambda: None,
    ) -> int:
        """Run *command* to its end, calling *tick* ever so often; return its exit code."""
        self._launch(command)
        deadline = time.monotonic() + timeout
        try:
            while True:
                state = self.client.request("wait", name=command.name, timeout=0.1)
                tick()
                if not state["running"]:
                    return int(state["code"])
                cancel.check()
                if time.monotonic() > deadline:
                    raise ServiceFailed(
                        command, f"did not end within {timeout:g} s", self.tail(command.name), None
                    )
        finally:
            with contextlib.suppress(TutorError):
                self.stop(command.name, grace=1.0)

    def stop(self, name: str, *, grace: float = 5.0) -> None:
        """Stop the service *name*; it may not run, and the stack may be gone: then all is done."""
        with contextlib.suppress(SupervisorGone):
            if name in self.status():
                self.client.request("stop", name=name, grace=grace)

    def is_running(self, name: str) -> bool:
        """Return whether the service *name* runs."""
        return bool(self.status().get(name, {}).get("running"))

    def signal(self, name: str, number: int) -> None:
        """Send the signal *number* to the service *name*."""
        self.client.request("signal", name=name, signal=int(number))

    def log(self, name: str) -> Path:
        """Return the log of the service or command *name*."""
        kind = "postgres" if name.startswith("postgres") else name
        return self.logs / f"{kind}.log"

    def tail(self, name: str, size: int = 16_000) -> str:
        """Return the last *size* bytes of a log."""
        with contextlib.suppress(OSError), self.log(name).open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - size))
            return file.read().decode("utf-8", "replace")
        return ""

    def _launch(self, command: Command) -> None:
        """Start *command* on a fresh log; what a killed tutor left under its name is stopped."""
        self.stop(command.name, grace=0.5)
        try:
            command.log.parent.mkdir(parents=True, exist_ok=True)
            command.log.write_bytes(b"")
        except OSError as error:
            raise cannot_write(command.log, error) from error
        self.client.request("start", spec=command.to_spec())

    @property
    def _state(self) -> Path:
        return self.folder / supervisor.STATE

    def _answers(self) -> bool:
        try:
            self.client.request("status")
        except TutorError:
            self.release()
            return False
        return True

    def _join(self, client: Client | None) -> bool:
        """Hold the stack by way of *client*; return whether its supervisor let us."""
        if client is None:
            return False
        try:
            client.hold()
        except TutorError:
            return False
        self._client = client
        return True

    def _start_supervisor(self, deadline: float) -> None:
        """Start a supervisor and wait until it answers, or has found another in its place."""
        log_path = self.logs / "supervisor.log"
        try:
            log = log_path.open("wb")
        except OSError as error:
            raise cannot_write(log_path, error) from error
        with log:
            process = subprocess.Popen(
                # Isolated and without site packages: the standard library is all it needs.
                [sys.executable, "-IS", supervisor.__file__, str(self.folder)],
                env={**os.environ, MARK: str(self.folder)},
                stdin=subprocess.DEVNULL,
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
        raise TutorError(
            f"The supervisor of the stack did not start: {self.tail('supervisor', 300).strip()}",
            hint="`tutor doctor` looks for the cause.",
        )


_supervisors: list[subprocess.Popen[bytes]] = []
"""Those this process started: our children, whose end we must notice, whoever holds them."""


@atexit.register
def _leave_supervisors() -> None:
    """Let go of those that outlive us: somebody else holds them."""
    for process in _supervisors:
        if process.poll() is None:
            process.returncode = 0


def new_password() -> str:
    """Return a password nobody has to type."""
    return secrets.token_hex(12)
