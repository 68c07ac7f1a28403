"""Accidents that the room sends: only those known by name, only while somebody is there to see."""

import socketserver
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.fake_room import FakeRoom
from tests.runs import other_run
from tests.seat.playing import LEVEL, Play, outcomes, serving
from tutor.learner.session import Session
from tutor.machine.command import ServiceInfo
from tutor.machine.status import ServiceStatus
from tutor.seat import incidents
from tutor.seat import seat as seats
from tutor.seat.crawler import crawl
from tutor.seat.inbox import inbox_file
from tutor.seat.worker import unshown


class Cache(socketserver.StreamRequestHandler):
    """Notes what a memcached is asked, or the Redis that stands in for one."""

    asked: list[bytes]
    ANSWERS = {b"set": b"STORED", b"flush_all": b"OK", b"get": b"END", b"FLUSHALL": b"+OK"}

    def handle(self) -> None:
        """Say that it was done."""
        word = self.rfile.readline().split()[0]
        self.asked.append(word)
        self.wfile.write(self.ANSWERS[word] + b"\r\n")


def test_an_accident_of_yesterday_startles_nobody(room: FakeRoom, seat: seats.Seat) -> None:
    """What was sent before the game was open does not happen."""
    room.say("", kind="incident", incident="empty_cache")
    play = Play(seat, nginx=1, memcached=1)
    play.step()
    play.step(1)

    assert outcomes(room) == [(1, "refused")]
    assert play.last.inbox.messages[0].reason == "missed"


def test_an_accident_that_the_last_game_left_waiting_does_not_happen_in_this_one(
    room: FakeRoom, seat: seats.Seat
) -> None:
    """It came during a run, and the game was closed before that had ended."""
    Cache.asked = []
    with serving(Cache) as port:
        first = Play(seat, gunicorn=1, memcached=port)
        first.step()
        first.is_busy = True
        room.say("", kind="incident", incident="empty_cache")
        first.poll()
        left = [one.state for one in inbox_file().read().messages]
        second = Play(seat, gunicorn=1, memcached=port)
        second.step()
        second.step(1)

    assert left == ["waiting"]
    assert Cache.asked == []
    assert outcomes(room) == [(1, "refused")]
    assert second.last.inbox.messages[0].reason == "missed"


@pytest.mark.parametrize("is_busy", [False, True])
def test_an_accident_is_not_later_than_its_patience(
    room: FakeRoom, seat: seats.Seat, is_busy: bool
) -> None:
    """A laptop that was asleep over night wakes up, and nothing of yesterday happens to it."""
    Cache.asked = []
    with serving(Cache) as port:
        play = Play(seat, gunicorn=1, memcached=port)
        play.step()
        play.is_busy = is_busy
        if is_busy:
            room.say("", kind="incident", incident="empty_cache")
            play.poll()
        play.slept = 8 * 3600.0
        if not is_busy:
            room.say("", kind="incident", incident="empty_cache")
        play.is_busy = False
        play.poll()
        play.step(1)

    assert Cache.asked == []
    assert outcomes(room) == [(1, "refused")]
    assert play.last.inbox.messages[0].reason == "missed"


@pytest.mark.parametrize(
    ("name", "ports", "reason"),
    [
        ("empty_cache", {}, "no_shop"),
        ("empty_cache", {"gunicorn": 1}, "no_cache"),
        ("crawler", {}, "no_shop"),
        ("kill_replica", {"nginx": 1}, "no_replica"),
        ("rm -rf /", {"nginx": 1}, "unknown"),
    ],
)
def test_what_cannot_happen_is_refused_with_its_reason(
    room: FakeRoom, seat: seats.Seat, name: str, ports: dict[str, int], reason: str
) -> None:
    """The learner reads why, and the room hears that it did not happen."""
    play = Play(seat, **ports)
    play.step()
    room.say("", kind="incident", incident=name)
    play.poll()
    play.step(1)

    assert outcomes(room) == [(1, "refused")]
    assert [one.reason for one in unshown(play.last)] == [reason]


@pytest.mark.parametrize(
    ("program", "asked"),
    [("memcached", [b"set", b"flush_all", b"get"]), ("redis", [b"FLUSHALL"])],
)
def test_the_cache_is_emptied_once_nothing_is_measured(
    room: FakeRoom, seat: seats.Seat, program: str, asked: list[bytes]
) -> None:
    """A run is left in peace; the next won full run of the level counts as mended."""
    Cache.asked = []
    with serving(Cache) as port:
        play = Play(seat, gunicorn=1, memcached=port)
        play.stack.programs["memcached"] = program
        play.step()
        play.is_busy = True
        room.say("", kind="incident", incident="empty_cache")
        play.poll()
        waiting = list(Cache.asked)
        play.is_busy = False
        play.step(1)
        play.step(1)

    assert waiting == []
    assert Cache.asked == asked
    assert outcomes(room) == [(1, "begun")]
    assert play.last.inbox.messages[0].level == LEVEL


def test_a_run_in_another_terminal_is_left_in_peace(
    room: FakeRoom, seat: seats.Seat, session: Session
) -> None:
    """The game asks whether anybody measures in this workspace, itself or a `tutor verify`."""
    asked = session.room.game(session, lambda view: None)._scene().is_busy
    before = asked()
    with other_run(session.stack.folder) as other:
        during = asked()
        other.kill()

    assert (before, during, asked()) == (False, True, False)


def test_an_accident_does_not_wait_for_ever(
    room: FakeRoom, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever measures all day is told that it did not happen."""
    monkeypatch.setattr(incidents, "PATIENCE", -1.0)
    play.step()
    play.is_busy = True
    room.say("", kind="incident", incident="empty_cache")
    play.poll()
    play.step(1)

    assert outcomes(room) == [(1, "refused")]


class Page(BaseHTTPRequestHandler):
    """A shop of six pages, one of which fails."""

    asked: list[str]

    def do_GET(self) -> None:
        """Link to the others."""
        self.asked.append(self.path)
        text = (
            "<a href='/a/'>a</a> <a href='/b/'>b</a> <a href='//elsewhere/'>x</a> "
            "<a href='/niño/?q=té y más&amp;page=2'>ñ</a> <a href='/a%20b/'>c</a>"
        ).encode()
        self.send_response(500 if self.path == "/a/" else 200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *said: object) -> None:
        """Say nothing."""


def test_a_crawler_reads_each_page_once_and_stops_when_it_is_told() -> None:
    """In any script; it goes on after a page that fails, and disturbs no measurement."""
    Page.asked = []
    with serving(Page, HTTPServer) as port:
        read = crawl(f"http://127.0.0.1:{port}", lambda: False, pause=0.0)
        pages = list(Page.asked)
        none = crawl(f"http://127.0.0.1:{port}", lambda: True, pause=0.0)

    assert pages[:3] == ["/", "/a/", "/b/"]
    assert pages[-2:] == ["/ni%C3%B1o/?q=t%C3%A9%20y%20m%C3%A1s&page=2", "/a%20b/"]
    assert len(pages) == len(set(pages)) == read
    assert none == 0


def test_every_replica_is_killed_and_nothing_else() -> None:
    """Of what runs, what PostgreSQL has copies on; the next run has them back."""

    class Running:
        """A stack with a shop, a database and its copy."""

        def __init__(self) -> None:
            self.stopped: list[str] = []

        def status(self) -> dict[str, ServiceStatus]:
            """Return what runs."""
            kinds = {"nginx-showroom": "nginx", "postgres": "postgres", "replica": "replica"}
            return {
                name: ServiceStatus(running=True, info=ServiceInfo(port=7, kind=kind))
                for name, kind in kinds.items()
            }

        def stop(self, name: str, *, grace: float) -> None:
            """Note who is stopped."""
            self.stopped.append(name)

    stack: Any = Running()
    incidents.kill_replica(incidents.Scene(stack, lambda: LEVEL, lambda: False, threading.Event()))

    assert stack.stopped == ["replica"]
