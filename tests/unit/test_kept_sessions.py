"""Sessions of our own are kept from one question to the next."""

import gc
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tutor.lab.kept_sessions import KeptSessions


class Session:
    """A session that answers with its own number; the server may be gone, or busy."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.prepare_threshold: int | None = 5
        self.closed = self.broken = False
        self.error: Exception | None = None
        self.busy = threading.Event()
        self.busy.set()
        self.asked = threading.Event()
        self.description = True

    def execute(self, query: str, params: object) -> "Session":
        """Answer, or fail as it was told to."""
        self.asked.set()
        assert self.busy.wait(10)
        if self.error is not None:
            self.closed = self.broken = isinstance(self.error, psycopg.errors.AdminShutdown)
            raise self.error
        return self

    def fetchall(self) -> list[tuple[int]]:
        """Return the only row."""
        return [(self.number,)]

    def close(self) -> None:
        """Be closed."""
        self.closed = True


@pytest.fixture
def made() -> list[Session]:
    """The sessions that were made, in order."""
    return []


@pytest.fixture
def kept(made: list[Session]) -> Iterator[KeptSessions]:
    """Sessions that are kept."""

    def connect() -> Any:
        made.append(Session(len(made)))
        return made[-1]

    kept = KeptSessions(connect)
    yield kept
    kept.close()


def test_one_session_answers_one_question_after_the_other(
    kept: KeptSessions, made: list[Session]
) -> None:
    """It prepares nothing: what was prepared does not know what was changed since."""
    answers = [kept.ask("SELECT 1", ()) for _ in range(3)]

    assert answers == [[(0,)]] * 3
    assert made[0].prepare_threshold is None


def test_who_asks_meanwhile_has_a_session_of_their_own(
    kept: KeptSessions, made: list[Session]
) -> None:
    """Nobody stands behind somebody who waits for a lock."""
    kept.ask("SELECT 1", ())
    made[0].busy.clear()
    made[0].asked.clear()
    waits = threading.Thread(target=kept.ask, args=["LOCK", ()])
    waits.start()
    assert made[0].asked.wait(10)

    answer = kept.ask("SELECT 1", ())
    made[0].busy.set()
    waits.join(10)

    assert answer == [(1,)]


def test_a_session_whose_server_was_started_anew_is_no_answer(
    kept: KeptSessions, made: list[Session]
) -> None:
    """It is asked again over a new one."""
    kept.ask("SELECT 1", ())
    made[0].error = psycopg.errors.AdminShutdown("gone")

    assert kept.ask("SELECT 1", ()) == [(1,)]


def test_what_the_server_refuses_is_refused(kept: KeptSessions, made: list[Session]) -> None:
    """It is not asked again, and the session stays."""
    kept.ask("SELECT 1", ())
    made[0].error = psycopg.errors.LockNotAvailable("busy")

    with pytest.raises(psycopg.errors.LockNotAvailable):
        kept.ask("LOCK", ())
    made[0].error = None

    assert kept.ask("SELECT 1", ()) == [(0,)]


def test_after_the_end_no_session_is_left(kept: KeptSessions, made: list[Session]) -> None:
    """Also where somebody asks all the same."""
    kept.ask("SELECT 1", ())
    kept.close()

    assert kept.ask("SELECT 1", ()) == [(1,)]
    assert all(session.closed for session in made)


def test_whoever_forgets_them_leaves_none_behind(made: list[Session]) -> None:
    """As a test forgets its shop, or a run that fails."""

    def connect() -> Any:
        made.append(Session(0))
        return made[-1]

    forgotten = KeptSessions(connect)
    forgotten.ask("SELECT 1", ())
    del forgotten
    gc.collect()

    assert [session.closed for session in made] == [True]
