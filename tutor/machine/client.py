"""Talk to a supervisor."""

import contextlib
import json
import socket
from pathlib import Path
from typing import Any, Self

from tutor.base.errors import TutorError
from tutor.machine.status import ServiceStatus, SupervisorStatus

CONNECT_TIMEOUT = 2.0
ANSWER_TIMEOUT = 30.0


class SupervisorGone(TutorError):
    """The supervisor does not answer: somebody ended the stack."""


class Client:
    """A supervisor as seen from outside; every request is a connection of its own."""

    server = ""
    """The server it runs; empty where one supervisor runs them all."""

    def __init__(self, host: str, port: int, token: str) -> None:
        self.host = host
        self.port = port
        self.token = token
        self._hold: socket.socket | None = None

    @classmethod
    def from_state(cls, path: Path, host: str = "127.0.0.1") -> Self | None:
        """Return the client for the supervisor that wrote *path*; None where none answers."""
        try:
            state = json.loads(path.read_text())
            client = cls(host, state["port"], state["token"])
            with contextlib.closing(client._connect()) as connection:
                connection.settimeout(CONNECT_TIMEOUT)
                client._exchange(connection, {"do": "status"})
        except (OSError, ValueError, TypeError, KeyError, TutorError):
            return None
        return client

    def hold(self) -> None:
        """Keep the stack alive for as long as this process lives."""
        if self._hold is None:
            connection = self._connect()
            try:
                self._exchange(connection, {"do": "hold"})
            except TutorError:
                connection.close()
                raise
            self._hold = connection

    def release(self) -> None:
        """Stop holding; the last one to do so ends the stack."""
        if self._hold is not None:
            with contextlib.suppress(OSError):
                self._hold.close()
            self._hold = None

    def wait_for_end(self) -> None:
        """Wait until the supervisor is gone, without holding it."""
        with contextlib.suppress(TutorError, OSError), contextlib.closing(self._connect()) as line:
            line.settimeout(None)
            line.recv(1)

    def status(self) -> SupervisorStatus:
        """Return the supervisor and every service it keeps."""
        return SupervisorStatus.from_json(self.request("status"))

    def wait(self, name: str, timeout: float) -> ServiceStatus:
        """Wait for *timeout* seconds at most until the service *name* ends; return how it is."""
        return ServiceStatus.from_json(self.request("wait", name=name, timeout=timeout))

    def request(self, do: str, **fields: Any) -> dict[str, Any]:
        """Return the supervisor's answer.

        Raises:
            SupervisorGone: it does not answer.
            TutorError: it refused.
        """
        with contextlib.closing(self._connect()) as connection:
            return self._exchange(connection, {"do": do, **fields})

    def _connect(self) -> socket.socket:
        try:
            connection = socket.create_connection((self.host, self.port), CONNECT_TIMEOUT)
        except OSError as error:
            raise _gone() from error
        connection.settimeout(ANSWER_TIMEOUT)
        return connection

    def _exchange(self, connection: socket.socket, request: dict[str, Any]) -> dict[str, Any]:
        try:
            connection.sendall(json.dumps({"token": self.token, **request}).encode() + b"\n")
            with connection.makefile("rb") as lines:
                line = lines.readline()
            answer: dict[str, Any] = json.loads(line) if line else {}
        except (OSError, ValueError) as error:
            raise _gone() from error
        if not line:
            raise _gone()
        if problem := answer.get("error"):
            raise TutorError.named("stack_refused", hint="ask_doctor", reason=problem)
        return answer


def _gone() -> SupervisorGone:
    return SupervisorGone.named("stack_stopped")
