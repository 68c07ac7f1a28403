"""The room as it is served: a process that is killed, started again, closed and deleted."""

import json
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.helpers import wait_until
from tests.real import Running, Tutor
from tests.room.seats import Learner, Wire, join

pytestmark = pytest.mark.services
LEVEL = "01_n_plus_one"
MISSED = {"queries_bronze": "missed", "faster": "open"}


@pytest.fixture
def tutor(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Tutor:
    """The command in an empty home."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    return Tutor(tmp_path, home, tmp_path / "bettys_shop")


@contextmanager
def opened(tutor: Tutor, *args: str) -> Iterator[tuple[Running, Wire, str, str]]:
    """Open the room; yield the process, its wire, its code and the instructor's key."""
    with tutor.running("room", "open", *args) as running:
        running.wait_for("Ctrl-C")
        found = re.search(r"127\.0\.0\.1:(\d+)/([A-Z0-9]{3}-[A-Z0-9]{3})", running.said)
        key = re.search(r"/k/(\S+)", running.said)
        assert found, running.said
        assert key
        yield running, Wire(int(found[1])), found[2], key[1]


def answers(port: int) -> bool:
    """Return whether somebody listens on *port*."""
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def board(wire: Wire, key: str, page: str) -> str:
    """Return a page as who has *key* sees it."""
    status, _, headers = wire.ask("GET", f"/k/{key}")
    assert status == 302
    code = headers["Location"].split("/")[1]
    status, text, _ = wire.ask("GET", f"/{code}/{page}", Cookie=f"key={key}")
    assert status == 200
    return text.decode() if isinstance(text, bytes) else str(text)


def test_a_room_that_was_killed_goes_on_where_it_was(tutor: Tutor) -> None:
    """On the same port, with the same code and key; nothing is lost and nothing counted twice."""
    with opened(tutor, "--title", "Monday") as (process, wire, code, key):
        seats = [join(wire, code, f"seat {n}") for n in range(5)]
        for seat in seats:
            for _ in range(3):
                seat.lose(LEVEL, MISSED, "page_fails")
        before = board(wire, key, "room.csv")
        process.signal(signal.SIGKILL)
        process.end()

    with opened(tutor) as (process, again, same_code, same_key):
        assert (again.port, same_code, same_key) == (wire.port, code, key)
        assert "goes on where it was, with 5 seats" in process.said
        assert board(again, key, "room.csv") == before
        for seat in seats:
            events = [seat_event(seat, n) for n in range(1, 9)]
            assert seat.send(*events) == 8
        lines = [json.loads(line) for line in board(again, key, "room.jsonl").splitlines()]
        process.signal(signal.SIGINT)
        assert process.end() == 130

    told = [(line["seat"], line["n"]) for line in lines if line["seat"]]
    assert sorted(told) == [(seat, n) for seat in range(1, 6) for n in range(9)]
    assert not answers(wire.port)


def seat_event(seat: Learner, n: int) -> dict[str, object]:
    """Return event *n* of a seat whose tutor sends everything again."""
    seat.n = n - 1
    return seat.event("run_finished", level=LEVEL, outcome="lost", goals=MISSED)


def test_one_process_serves_and_the_others_say_where(tutor: Tutor) -> None:
    """Its lock goes with it, however it ends."""
    with opened(tutor) as (_, wire, _, _):
        another = tutor("room", "open", "--new", "--title", "Tuesday")
        assert another.code == 0
        assert "Tuesday" in another.out
        key = re.search(r"/k/(\S+)", another.out)
        assert key
        assert wait_until(lambda: wire.ask("GET", f"/k/{key[1]}")[0] == 302)
        second = tutor("room", "open")
        assert (second.code, second.out) == (1, "")
        assert f"open already, at http://127.0.0.1:{wire.port}" in second.err


def test_it_is_closed_fetched_and_deleted_from_another_terminal(
    tutor: Tutor, tmp_path: Path
) -> None:
    """While it is served; the seats hear of it, and of a room that is gone nothing is left."""
    with opened(tutor, "--title", "Monday") as (_, wire, code, _):
        seat = join(wire, code, "brave otter", name="Ada Lovelace")
        seat.win(LEVEL, "gold", {"queries_bronze": "reached"})

        assert tutor("room", "close").code == 0
        assert wait_until(lambda: (seat.poll() or {}).get("closed"))

        table = tmp_path / "monday.csv"
        assert tutor("room", "export", str(table)).code == 0
        assert "1,brave otter,Ada Lovelace,01_n_plus_one,gold" in table.read_text()
        assert table.stat().st_mode & 0o077 == 0
        assert tutor("room", "export", "monday.xls").code == 2

        assert tutor("room", "delete", "--yes").code == 0
        assert wait_until(lambda: wire.ask("GET", f"/{code}")[0] == 404)
        status, answer, _ = wire.ask("GET", "/api/1/poll?after=0", **seat.headers)
        assert (status, answer["error"]) == (401, "unknown_seat")

    left = b"".join(path.read_bytes() for path in (tutor.home / "room").iterdir())
    assert b"Lovelace" not in left
    assert tutor("room", "close").code == 1


def test_what_is_too_large_or_breaks_off_costs_nothing(tutor: Tutor) -> None:
    """A body without end, one that is announced and never comes: the others are served."""
    with opened(tutor) as (_, wire, code, _):
        seat = join(wire, code, "brave otter")
        status, answer, _ = wire.ask("POST", "/api/1/events", b" " * 70_000, **seat.headers)
        assert (status, answer["error"]) == (413, "too_large")

        silent = [socket.create_connection(("127.0.0.1", wire.port)) for _ in range(20)]
        for line in silent:
            line.sendall(b"POST /api/1/join HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")

        assert seat.tell("level_opened", level=LEVEL) == 1
        for line in silent:
            line.close()


def test_strangers_find_no_door(tutor: Tutor) -> None:
    """Loopback only; another name, a page elsewhere, and Django's own words are no way in."""
    with opened(tutor) as (_, wire, code, _):
        assert wire.ask("GET", f"/{code}", Host="evil.example")[0] == 400
        # Our own address changes with the network we are in.
        assert wire.ask("GET", f"/{code}", Host="192.168.1.20:8000")[0] == 200
        status, text, headers = wire.ask("GET", "/no/such/page")
        assert status == 404
        assert b"Django" not in text
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        for path in ("/static/../settings.py", "/static/room.py", "/admin/"):
            assert wire.ask("GET", path)[0] == 404
