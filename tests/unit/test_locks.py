"""Lock files: who has one, and who is waited for."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tutor.base.locks import INSTANT, if_free, is_held, locked
from tutor.base.paths import data_root
from tutor.room import serve
from tutor.room.serve import served_at, serving

LONG = 20.0
"""Seconds: on a crowded machine whoever asks may be slow."""


@contextmanager
def asking(path: Path) -> Iterator[None]:
    """Have somebody ask about the lock *path* who is slow at it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    with path.open() as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        letting_go = threading.Timer(INSTANT / 5, fcntl.flock, (file, fcntl.LOCK_UN))
        letting_go.start()
        yield
        letting_go.join()


def test_whoever_only_asks_is_waited_for_by_who_has_the_patience(tmp_path: Path) -> None:
    """And only for as long as they ask."""
    path = tmp_path / "lock"
    with asking(path), if_free(path, patience=LONG) as ours:
        assert ours is not None
        assert is_held(path)

    assert not is_held(path)


@pytest.mark.parametrize("patience", [0.0, INSTANT])
def test_a_lock_that_somebody_has_stays_theirs(tmp_path: Path, patience: float) -> None:
    """Patience ends."""
    path = tmp_path / "lock"
    with locked(path), if_free(path, patience=patience) as ours:
        assert ours is None


def test_whoever_asks_for_the_room_keeps_nobody_from_serving_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look whether it is served is no server."""
    monkeypatch.setattr(serve, "INSTANT", LONG)
    with asking(data_root() / "room" / "serving"), serving() as note:
        note("http://here")
        assert served_at() == "http://here"

    assert served_at() == ""
