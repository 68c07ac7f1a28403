"""Reads per server, and what the monitor says of a replica."""

from typing import Any

import pytest

from tests.tui import fakes
from tutor.stack import database_figures
from tutor.stack.gauge import History, Reading
from tutor.tui.widgets.reads_view import picture
from tutor.views.monitor import own_figures
from tutor.views.reads import reads_of
from tutor.words.texts import Texts

FIRST = {"connections": 3, "limit": 100, "active": 1, "in_transaction": 0, "waiting_for_lock": 2,
         "oldest_transaction": 12.3, "reads": 10.0}  # fmt: skip
SECOND = {"connections": 1, "limit": 100, "active": 0, "reads": 30.0, "lag_kb": 0, "paused": 0}


def seen(**changes: Any) -> Reading:
    """Return a look at a shop with a replica."""
    return fakes.reading(
        {
            "gunicorn": ("showroom", 10.0, {"workers": 1}),
            "replica": ("", 2.0, SECOND | changes),
            "postgres": ("", 5.0, FIRST),
        }
    )


def told(language: str, **changes: Any) -> str:
    """Return what the view says of such a look."""
    history = History()
    history.add(seen(**changes))
    return picture(reads_of(history, "showroom"), Texts(language)).plain


def test_who_is_read_how_much() -> None:
    """The first server first, each with its share of all reads."""
    history = History()
    history.add(seen(reads=0.0))
    history.add(seen())
    first, second = reads_of(history, "showroom")

    assert (first.title, first.percent, first.lag_kb, first.is_replica) == (
        "postgres",
        25,
        None,
        False,
    )
    assert (second.title, second.percent, second.lag_kb) == ("replica", 75, 0)
    assert second.earlier == (0.0, 30.0)
    assert reads_of(History(), "showroom") == []


@pytest.mark.parametrize(
    ("changes", "en", "es"),
    [
        ({}, "has everything", "lo tiene todo"),
        ({"lag_kb": 416}, "416 kB behind", "416 kB de retraso"),
        ({"lag_kb": 416, "paused": 1}, "reads the past", "lee el pasado"),
        ({"lag_kb": None}, "does not answer", "no contesta"),
    ],
)
def test_the_view_says_how_true_the_answers_are(changes: dict[str, Any], en: str, es: str) -> None:
    """In both languages, for each state of a replica."""
    assert en in told("en", **changes)
    assert es in told("es", **changes)
    assert "30 reads a second" in told("en", **changes)


def test_a_shop_without_a_replica_is_told_so() -> None:
    """There is nothing to compare."""
    history = History()
    history.add(fakes.reading())

    assert "plans no replica" in picture(reads_of(history, "showroom"), Texts("en")).plain


def test_the_monitor_tells_of_locks_and_lag() -> None:
    """What holds others up, and how old it is; how far behind a replica is, and what is read."""
    texts, reading = Texts("en"), seen(lag_kb=416, paused=1)
    said = {s.kind: own_figures(texts, s, reading) for s in reading.services}

    assert said["postgres"].startswith("3 of 100 connections, 1 busy, 2 waiting for a lock")
    assert "the oldest transaction 12 s old, 10 reads/s" in said["postgres"]
    assert said["replica"] == "paused, 416 kB behind, 30 reads/s"


@pytest.mark.parametrize(
    ("title", "user"),
    [
        (b"postgres: shop run_1 127.0.0.1(41234) idle in transaction", b"shop"),
        (b"postgres: walsender tutor 127.0.0.1(41234) streaming 0/3000148", b"walsender"),
    ],
)
def test_a_session_is_known_by_its_title(title: bytes, user: bytes) -> None:
    """Who serves a replica has its own word where others have their role."""
    session = database_figures.SESSION.match(title)

    assert session
    assert session[1] == user


@pytest.mark.parametrize(
    ("line", "is_read"),
    [
        (b'{"user":"shop","dbname":"run_1","message":"statement: SELECT 1"}', True),
        (b'{"user":"shop","dbname":"run_1","message":"execute <unnamed>: SELECT 1"}', True),
        (b'{"user":"shop","dbname":"run_1","message":"statement: UPDATE a"}', False),
        (b'{"user":"tutor","dbname":"run_1","message":"statement: SELECT 1"}', False),
    ],
)
def test_a_read_is_a_select_of_the_shop(line: bytes, is_read: bool) -> None:
    """Neither what is written counts, nor what we ask ourselves."""
    assert bool(database_figures.READ.search(line)) == is_read
