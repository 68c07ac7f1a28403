"""A room on a port of this machine, that answers as the wire says, or as badly as a test wants."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tutor.room.kinds import KINDS
from tutor.seat import seat as seats

CODE, TOKEN = "K7QX2M", "a-token"
MOST_BYTES, MOST_EVENTS = 64 * 1024, 100


class FakeRoom:
    """What the room knows, and how it behaves."""

    def __init__(self) -> None:
        self.mood = "good"
        """Or ``garbage``, ``list``, ``late``, ``trickle``, ``lost``, ``elsewhere``, a status."""
        self.events: dict[int, dict[str, Any]] = {}
        self.messages: list[dict[str, Any]] = []
        self.taken_names: set[str] = set()
        self.joined: list[dict[str, Any]] = []
        self.has_left = False
        """Whether its seat said goodbye: the token is dead from then on."""
        self.polls: list[tuple[int, str]] = []
        """Cursor and ETag of each question."""
        self.asked = 0
        self.bodies: list[int] = []
        """Bytes of each body."""
        self.stand: dict[str, Any] = {
            "levels": {"open": None}, "answers": None, "hand": None, "closed": False,
        }  # fmt: skip
        self.refuses = ""
        """A kind of event that it never takes."""
        self.is_over = threading.Event()
        self.url = ""

    @property
    def taken(self) -> int:
        """Up to which number it has every event."""
        return next(n for n in range(len(self.events) + 1) if n + 1 not in self.events)

    @property
    def kinds(self) -> list[str]:
        """The kinds of its events, in their order."""
        return [self.events[n]["kind"] for n in sorted(self.events)]

    def data(self, kind: str) -> list[dict[str, Any]]:
        """Return what the events of *kind* said."""
        return [e["data"] for _, e in sorted(self.events.items()) if e["kind"] == kind]

    def say(self, text: str, **more: Any) -> None:
        """Send a message to the seat."""
        number = len(self.messages) + 1
        message = {"id": number, "kind": "sentence", "text": text, "from": "Ines", **more}
        self.messages.append(message)

    def seat(self) -> seats.Seat:
        """Return a seat in it, as the learner keeps one."""
        return seats.Seat(self.url, CODE, "1", TOKEN, "silver otter", "Django, Tuesday", "", "")

    # -- the wire --------------------------------------------------------------------------------

    def take(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Keep events, all of them or none."""
        events = body["events"]
        if len(events) > MOST_EVENTS:
            return 400, {"error": "bad_request", "message": "too many"}
        for event in events:
            if event["kind"] == self.refuses or event["kind"] not in KINDS:
                return 400, {"error": "bad_event", "message": "no", "n": event["n"]}
        new = [event for event in events if event["n"] > self.taken]
        if new and new[0]["n"] == self.taken + 1:
            self.events |= {event["n"]: event for event in new}
        return 200, {"taken": self.taken}

    def join(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Give somebody a seat."""
        if body["code"] != CODE:
            return 404, {"error": "no_such_room", "message": "?"}
        if body["nickname"] in self.taken_names:
            return 409, {"error": "nickname_taken", "proposal": "golden newt"}
        self.joined.append(body)
        self.taken_names.add(body["nickname"])
        self.has_left = False
        room = {"title": "Django, Tuesday", "expires": "2030-01-01", "keeps": "levels and goals"}
        return 201, {"seat": 1, "token": TOKEN, "room": room}

    def leave(self) -> None:
        """Let the seat go; its nickname is free again."""
        self.has_left = True
        self.taken_names -= {body["nickname"] for body in self.joined[-1:]}

    def poll(self, after: int) -> dict[str, Any]:
        """Return what is new after the cursor."""
        new = [message for message in self.messages if message["id"] > after]
        return {**self.stand, "cursor": len(self.messages), "messages": new}

    @property
    def etag(self) -> str:
        """What changes with everything that a poll would say."""
        return f'"{len(self.messages)}-{json.dumps(self.stand)}"'.replace('"', "'")


class Handler(BaseHTTPRequestHandler):
    """Speaks for the room of its server."""

    protocol_version = "HTTP/1.1"

    @property
    def room(self) -> FakeRoom:
        """The room."""
        room: FakeRoom = self.server.room  # type: ignore[attr-defined]
        return room

    def do_POST(self) -> None:
        """Take events, a join or a goodbye."""
        text = self.rfile.read(int(self.headers["Content-Length"]))
        self.room.bodies.append(len(text))
        if self._misbehaves(text):
            return
        body = json.loads(text)
        if self.path == "/api/1/join":
            self._answer(*self.room.join(body))
        elif not self._is_seated():
            self._answer(401, {"error": "unknown_seat"})
        elif self.path == "/api/1/events":
            self._answer(*self.room.take(body))
        elif self.path == "/api/1/leave":
            self.room.leave()
            self._answer(204, None)
        else:
            self._answer(404, {"error": "nowhere"})

    def do_GET(self) -> None:
        """Answer a poll."""
        if self._misbehaves(b""):
            return
        if not self._is_seated():
            self._answer(401, {"error": "unknown_seat"})
            return
        after = int(parse_qs(urlsplit(self.path).query)["after"][0])
        etag = self.headers.get("If-None-Match", "")
        self.room.polls.append((after, etag))
        if etag == self.room.etag and after >= len(self.room.messages):
            self._answer(304, None)
        else:
            self._answer(200, self.room.poll(after))

    def _is_seated(self) -> bool:
        authorization = self.headers.get("Authorization")
        return authorization == f"Bearer {TOKEN}" and not self.room.has_left

    def _misbehaves(self, text: bytes) -> bool:
        room, mood = self.room, self.room.mood
        room.asked += 1
        if mood == "good":
            return False
        self.close_connection = True
        if mood == "lost":
            room.take(json.loads(text))
        elif mood == "late":
            room.is_over.wait(30)
        elif mood == "trickle":
            self._head(200, 10_000)
            while not room.is_over.wait(0.02):
                self.wfile.write(b" ")
        elif mood == "elsewhere":
            self.send_response(302)
            self.send_header("Location", room.url + "/api/1/join")
            self.end_headers()
        else:
            said = {"garbage": b"<html>\xff", "list": b"[1]", "no": b"{}"}.get(mood, b"{}")
            self._head(int(mood) if mood.isdigit() else 200, len(said))
            self.wfile.write(said)
        return True

    def _head(self, status: int, size: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def _answer(self, status: int, data: dict[str, Any] | None) -> None:
        text = json.dumps(data).encode() if data is not None else b""
        self.send_response(status)
        self.send_header("ETag", self.room.etag)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *said: object) -> None:
        """Say nothing on the terminal of the tests."""


class Server(ThreadingHTTPServer):
    """Serves one room; whoever hangs up early is no news."""

    daemon_threads = True

    def __init__(self, room: FakeRoom) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.room = room

    def handle_error(self, *asked: object) -> None:
        """Note nothing."""


@contextmanager
def open_room() -> Iterator[FakeRoom]:
    """Have a room during the block."""
    room = FakeRoom()
    server = Server(room)
    room.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield room
    finally:
        room.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join()
