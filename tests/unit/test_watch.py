"""A save is noticed, whether the system tells of it or not."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import watchfiles

from tutor.learner.watch import changes

SOON = 3.0
"""Seconds within which a learner must see that something happens."""


def silent(*_folders: Path, stop_event: threading.Event, **_: Any) -> Iterator[set[Any]]:
    """A file system that never tells of anything, as over a network."""
    while not stop_event.wait(0.05):
        yield set()


def refusing(*_folders: Path, **_: Any) -> Iterator[set[Any]]:
    """A system all of whose watches are in use."""
    raise OSError(28, "OS file watch limit reached")


@pytest.mark.parametrize("watch", [watchfiles.watch, silent, refusing])
def test_a_save_is_noticed_soon_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, watch: Callable[..., Any]
) -> None:
    """By event, or by looking where none arrives; what is no part of the shop is not."""
    monkeypatch.setattr(watchfiles, "watch", watch)
    (tmp_path / "views.py").write_text("old\n")
    stop, found = threading.Event(), []
    seen = threading.Event()
    watched = changes(tmp_path, stop)

    def listen() -> None:
        for names in watched:
            found.append(names)
            seen.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_text("not the shop's")
    (tmp_path / "views.py").write_text("newer\n")
    noticed = seen.wait(SOON)
    stop.set()
    listener.join(SOON)

    assert noticed
    assert found == [{"views.py"}]
    assert not listener.is_alive()


def test_what_is_saved_before_anybody_listens_is_not_lost(tmp_path: Path) -> None:
    """A check takes its seconds; a save in the meantime counts."""
    (tmp_path / "views.py").write_text("old\n")
    stop = threading.Event()
    watched = changes(tmp_path, stop)
    (tmp_path / "views.py").write_text("newer\n")

    assert next(watched) == {"views.py"}
    stop.set()


def test_a_folder_that_is_taken_away_ends_no_watch(tmp_path: Path) -> None:
    """The learner moves the whole workspace, and puts it back: what is saved then is noticed."""
    folder, stop, found = tmp_path / "shop", threading.Event(), threading.Event()
    folder.mkdir()
    (folder / "views.py").write_text("old\n")
    watched = changes(folder, stop)

    def listen() -> None:
        for names in watched:
            if "models.py" in names:
                found.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    folder.rename(tmp_path / "away")
    folder.mkdir()
    (folder / "models.py").write_text("new\n")

    assert found.wait(10)
    stop.set()
    listener.join(10)
    assert not listener.is_alive()
