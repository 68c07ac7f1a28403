"""A learner's tutor as the room sees it: joins, tells and polls, over HTTP."""

import http.client
import json
from dataclasses import dataclass, field
from typing import Any

AT = "2026-05-04T10:00:00+02:00"


@dataclass
class Wire:
    """The room at one port of this machine."""

    port: int

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, Any, http.client.HTTPMessage]:
        """Return status, answer and headers; *body* is JSON, or bytes as they are."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        try:
            line.request(method, path, sent, headers)
            answer = line.getresponse()
            text = answer.read()
        finally:
            line.close()
        is_json = answer.headers.get_content_type() == "application/json"
        return answer.status, json.loads(text) if is_json else text, answer.headers


@dataclass
class Learner:
    """One seat, and the number of its last event."""

    wire: Wire
    token: str
    number: int
    n: int = 0
    cursor: int = 0
    tag: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        """Return what proves who asks."""
        return {"Authorization": f"Bearer {self.token}"}

    def event(self, kind: str, **data: Any) -> dict[str, Any]:
        """Return the next event."""
        self.n += 1
        return {"n": self.n, "at": AT, "kind": kind, "data": data}

    def send(self, *events: dict[str, Any]) -> int:
        """Send events; return up to which number the room has them all."""
        status, answer, _ = self.wire.ask(
            "POST", "/api/1/events", {"events": list(events)}, **self.headers
        )
        assert status == 200, answer
        taken: int = answer["taken"]
        return taken

    def tell(self, kind: str, **data: Any) -> int:
        """Send one event."""
        return self.send(self.event(kind, **data))

    def poll(self) -> dict[str, Any] | None:
        """Return what is new; None for nothing."""
        status, answer, headers = self.wire.ask(
            "GET",
            f"/api/1/poll?after={self.cursor}",
            **self.headers,
            **({"If-None-Match": self.tag} if self.tag else {}),
        )
        assert status in (200, 304), answer
        self.tag = headers["ETag"]
        if status == 304:
            return None
        self.cursor = answer["cursor"]
        self.messages += answer["messages"]
        found: dict[str, Any] = answer
        return found

    def lose(self, level: str, goals: dict[str, str], finding: str = "", **more: Any) -> int:
        """Play a run that is lost."""
        start = self.event("run_started", level=level, quick=False)
        end = self.event(
            "run_finished",
            level=level,
            outcome="lost",
            goals=goals,
            finding=finding,
            findings=[finding] if finding else [],
            seconds=9.5,
            **more,
        )
        return self.send(start, end)

    def win(self, level: str, medal: str, goals: dict[str, str]) -> int:
        """Play a run that is won."""
        return self.tell(
            "run_finished", level=level, outcome="won", medal=medal, goals=goals, seconds=8
        )


def join(wire: Wire, code: str, nickname: str, **more: str) -> Learner:
    """Take a seat."""
    body = {"code": code, "nickname": nickname, "name": "", "language": "en", "version": "1"}
    status, answer, _ = wire.ask("POST", "/api/1/join", body | more)
    assert status == 201, answer
    return Learner(wire, answer["token"], answer["seat"])
