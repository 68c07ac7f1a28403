"""The thread that talks to the room: asks rarely, gives way, and lets happen only what it knows."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from typing import Any

import pytest

from tests.fake_room import FakeRoom
from tutor.base.log import log_file
from tutor.machine.command import ServiceInfo
from tutor.machine.status import ServiceStatus
from tutor.seat import incidents, worker
from tutor.seat import seat as seats
from tutor.seat.crawler import crawl
from tutor.seat.game import GameSeat, Learner
from tutor.seat.inbox import inbox_file
from tutor.seat.incidents import Incidents, Scene
from tutor.seat.outbox import Outbox
from tutor.seat.reporter import Reporter
from tutor.seat.sender import Sender
from tutor.seat.worker import RoomView, Worker, unshown

LEVEL = "01_n_plus_one"


class FakeStack:
    """A stack whose services are said."""

    def __init__(self, **ports: int) -> None:
        self.ports = ports

    def status(self) -> dict[str, ServiceStatus]:
        """Return the services of the shop for people."""
        return {
            f"{name}-showroom": ServiceStatus(running=True, info=ServiceInfo(port=port))
            for name, port in self.ports.items()
        }


class Play:
    """A worker that does one step at a time, with a clock of the test's."""

    def __init__(self, seat: seats.Seat, **ports: int) -> None:
        self.now, self.is_busy = 0.0, False
        self.over = threading.Event()
        self.views: list[RoomView] = []
        self.stack = FakeStack(**ports)
        scene = Scene(self.stack, lambda: LEVEL, lambda: self.is_busy, self.over)  # type: ignore[arg-type]
        self.slept = 0.0
        """Seconds that only the clock on the wall has noticed."""
        self.worker = Worker(
            seat,
            Incidents(scene, wall=self.wall),
            self.over,
            self.views.append,
            clock=lambda: self.now,
            wall=self.wall,
        )

    def wall(self) -> float:
        """Return what the clock on the wall says."""
        return self.now + self.slept

    def step(self, seconds: float = 0.0) -> None:
        """Let *seconds* pass, and look."""
        self.now += seconds
        self.worker.step()

    def poll(self) -> None:
        """Look when it is time to ask again."""
        self.step(worker.SLOWEST * 2)

    @property
    def last(self) -> RoomView:
        """How the room was told to stand last."""
        return self.views[-1]


@pytest.fixture
def play(seat: seats.Seat) -> Play:
    """A game that has just begun, without a shop."""
    return Play(seat)


@contextmanager
def serving(handler: type, server: type = socketserver.TCPServer) -> Iterator[int]:
    """Have something listen during the block; return its port."""
    with server(("127.0.0.1", 0), handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield listening.server_address[1]
        finally:
            listening.shutdown()
            thread.join()


def outcomes(room: FakeRoom) -> list[tuple[int, str]]:
    """Return what became of incidents, as the room was told."""
    return [(data["id"], data["state"]) for data in room.data("incident")]


def test_most_answers_are_that_nothing_is_new(room: FakeRoom, play: Play) -> None:
    """It asks with cursor and ETag, after ten seconds more or less, and not before."""
    room.say("Hello")
    play.step()
    play.step(worker.EVERY * (1 - worker.JITTER) - 0.1)
    early = len(room.polls)
    play.step(worker.EVERY)
    play.step(worker.EVERY * 2)

    assert early == 1
    assert [cursor for cursor, _ in room.polls] == [0, 1, 1]
    assert room.polls[0][1] == ""
    assert room.polls[1][1] == room.polls[2][1] == room.etag
    assert len(play.views) == 1, "what is as it was is not told again"


def test_what_is_kept_goes_at_the_next_look(room: FakeRoom, play: Play) -> None:
    """Whoever kept it, and without waiting for the next question."""
    play.step()
    Reporter().hand_raised("which cookie?")
    play.step(1)

    assert room.data("hand_raised") == [{"text": "which cookie?"}]
    assert len(room.polls) == 1


def test_what_is_kept_while_something_is_sent_goes_at_the_next_look(
    room: FakeRoom, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even in the moment after the sending, when nothing seemed to be left."""
    send = Sender.send

    def send_and_be_overtaken(sender: Sender) -> bool:
        is_empty = send(sender)
        if not room.data("hand_lowered") and len(Outbox()) == 0 and room.data("hand_raised"):
            Reporter().hand_lowered()
        return is_empty

    play.step()
    Reporter().hand_raised("which cookie?")
    with monkeypatch.context() as patch:
        patch.setattr(Sender, "send", send_and_be_overtaken)
        play.step(1)
    late = len(Outbox())
    play.step(1)

    assert late == 1
    assert room.kinds == ["hand_raised", "hand_lowered"]


@pytest.mark.parametrize("mood", ["500", "garbage", "no"])
def test_a_silent_room_is_asked_ever_less_often(room: FakeRoom, play: Play, mood: str) -> None:
    """At most once a minute; when it answers again, everything goes at once."""
    play.step()
    room.mood = mood
    for _ in range(600):
        play.step(1)
        if play.now == 100:
            Reporter().level_opened(LEVEL)
    asked = room.asked
    silent = play.last
    room.mood = "good"
    play.poll()

    assert 10 <= asked <= 22
    assert silent.answers is False
    assert silent.waiting == 1
    assert play.last.answers is True
    assert play.last.waiting == 0
    assert room.kinds == ["level_opened"]


def test_a_seat_that_was_deleted_is_silent_from_then_on(room: FakeRoom, seat: seats.Seat) -> None:
    """The learner is told; nobody knocks at a door for ever."""
    stranger = seats.Seat(seat.base, seat.code, "1", "another token", "n", "", "", "")
    seats.keep(stranger)
    play = Play(stranger)
    play.step()
    asked = room.asked
    play.poll()

    assert play.last.inbox.gone
    assert room.asked == asked == 1


def test_trouble_with_our_own_files_ends_nothing(room: FakeRoom, play: Play) -> None:
    """It is noted once and tried again ever less often; once it is mended, everything goes on."""
    path, tries = inbox_file().path, []
    with play.worker._held:
        play.worker.look()
        whole = path.read_text()
        path.write_text('{"schema": 99}')
        for _ in range(600):
            play.now += 1
            before = play.worker._troubles
            assert play.worker.look()
            tries += [play.now] if play.worker._troubles > before else []
        path.write_text(whole)
        room.say("Hello")
        for _ in range(int(worker.SLOWEST)):
            play.now += 1
            play.worker.look()

    pauses = [after - before for before, after in pairwise(tries)]
    assert pauses == sorted(pauses)
    assert 10 <= len(tries) <= 20
    assert max(pauses) == worker.SLOWEST
    assert log_file().read_text().count("schema 99") == 1
    assert [one.text for one in play.last.inbox.messages] == ["Hello"]


def test_how_things_stand_is_told(room: FakeRoom, play: Play) -> None:
    """Levels and answers that are open, the hand, the end."""
    room.stand = {"levels": {"open": [LEVEL]}, "answers": [], "hand": "taken", "closed": True}
    play.step()

    inbox = play.last.inbox
    assert (inbox.levels, inbox.answers, inbox.hand) == ([LEVEL], [], "taken")
    assert inbox.closed


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


class Cache(socketserver.StreamRequestHandler):
    """Notes what a memcached is asked."""

    asked: list[bytes]

    def handle(self) -> None:
        """Say that it was done."""
        self.asked.append(self.rfile.readline())
        self.wfile.write(b"OK\r\n")


def test_the_cache_is_emptied_once_nothing_is_measured(room: FakeRoom, seat: seats.Seat) -> None:
    """A run is left in peace; the next won full run of the level counts as mended."""
    Cache.asked = []
    with serving(Cache) as port:
        play = Play(seat, gunicorn=1, memcached=port)
        play.step()
        play.is_busy = True
        room.say("", kind="incident", incident="empty_cache")
        play.poll()
        waiting = list(Cache.asked)
        play.is_busy = False
        play.step(1)
        play.step(1)

    assert waiting == []
    assert Cache.asked == [b"flush_all\r\n"]
    assert outcomes(room) == [(1, "begun")]
    assert play.last.inbox.messages[0].level == LEVEL


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


# -- the seat of a game ----------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let seconds be hundredths."""
    monkeypatch.setattr(worker, "LOOK", 0.01)
    monkeypatch.setattr(worker, "EVERY", 0.05)


def game(tell: Callable[[RoomView], None], level: str = LEVEL) -> GameSeat:
    """Return the seat of a game without a shop."""
    learner = Learner(FakeStack(), lambda: level, lambda: "+x", lambda: False)  # type: ignore[arg-type]
    return GameSeat(learner, tell)


def test_two_games_of_one_seat_ask_once(room: FakeRoom, seat: seats.Seat, quick: None) -> None:
    """The second one shows what the first one heard, and talks once that one is closed."""
    heard: dict[str, threading.Event] = {name: threading.Event() for name in ("a", "b", "late")}

    def hear(name: str) -> Callable[[RoomView], None]:
        def tell(view: RoomView) -> None:
            if view.inbox.messages:
                heard[name].set()
            if len(view.inbox.messages) == 2 and name == "b":
                heard["late"].set()

        return tell

    room.say("Hello")
    first, second = game(hear("a")), game(hear("b"))
    try:
        assert first.look()
        assert heard["a"].wait(10)
        second.look()
        assert heard["b"].wait(10)
        first.close()
        room.say("Once more")
        assert heard["late"].wait(10)
    finally:
        first.close()
        second.close()


def test_a_seat_that_is_left_is_talked_for_no_more(
    room: FakeRoom, seat: seats.Seat, quick: None
) -> None:
    """`tutor leave` in another terminal ends it."""
    said = threading.Event()
    seat_of_game = game(lambda view: said.set())
    assert seat_of_game.look()
    assert said.wait(10)
    seats.forget()

    assert not seat_of_game.look()


def test_what_was_shown_is_told_once(room: FakeRoom, seat: seats.Seat) -> None:
    """However often a notice is drawn."""
    room.say("Hello")
    play = Play(seat)
    play.step()
    seat_of_game, new = game(play.views.append), unshown(play.last)
    seat_of_game.note_shown(new)
    seat_of_game.note_shown(new)
    play.step(1)

    assert room.data("message_seen") == [{"id": 1}]
    assert unshown(seat_of_game.view()) == []


def test_hand_ready_and_diff_are_told_of_this_level(room: FakeRoom, seat: seats.Seat) -> None:
    """Each switch goes both ways."""
    seat_of_game = game(lambda view: None)
    switched = [seat_of_game.switch_hand(), seat_of_game.switch_hand()]
    switched += [seat_of_game.switch_ready(), seat_of_game.switch_ready()]
    whole = seat_of_game.send_diff()
    Play(seat).step()

    assert switched == [True, False, True, False]
    assert whole
    assert room.kinds == ["hand_raised", "hand_lowered", "ready", "ready", "diff"]
    assert [data["on"] for data in room.data("ready")] == [True, False]
    assert room.data("diff") == [{"level": LEVEL, "text": "+x"}]


def test_a_hand_that_the_room_has_not_heard_of_stays_up(room: FakeRoom, play: Play) -> None:
    """What it said before does not take it down."""
    play.step()
    room.refuses = "hand_raised"
    Reporter().hand_raised("")
    with inbox_file().change() as inbox:
        inbox.take(room.poll(0), with_hand=len(Outbox()) == 0)

    assert inbox_file().read().hand == "raised"


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
