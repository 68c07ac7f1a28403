"""Notice that files of the shop were saved.

The system tells of most changes at once. Over a network, on a mounted Windows drive or in a
container it may tell of none, and it never says so: therefore somebody also looks, twice a second.
"""

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tutor.curriculum.compose import SKIPPED_SUFFIXES, files_of, is_skipped
from tutor.learner.workspace import OWN

LOOK = 0.5
"""Seconds between two looks where nothing is told; a look at a shop takes a few milliseconds."""
DEBOUNCE = 200
"""Milliseconds within which several changes are one: editors write in steps."""

Look = dict[str, tuple[int, int, int]]
"""By file, what changes when it is saved."""


def changes(folder: Path, stop: threading.Event | None = None) -> Iterator[set[str]]:
    """Yield the names of the files that were saved from now on, again and again.

    It ends when *stop* is set; without one, Ctrl-C ends it with a ``KeyboardInterrupt``.
    """
    return _changes(folder, stop, _look(folder))


def _changes(folder: Path, stop: threading.Event | None, before: Look) -> Iterator[set[str]]:
    for _ in _moments(folder, stop):
        now = _look(folder)
        names = before.keys() | now.keys()
        changed = {name for name in names if before.get(name) != now.get(name)}
        before = now
        if changed:
            yield changed


def _moments(folder: Path, stop: threading.Event | None) -> Iterator[None]:
    """Yield whenever it is time to look: told by the system, and every so often without."""
    from watchfiles import Change, watch

    def is_of_the_shop(_change: Change, path: str) -> bool:
        parts = Path(path).relative_to(folder).parts
        # Of the folder itself nothing is told but that it is gone, or is there again.
        return not any(map(is_skipped, parts[:-1])) and not path.endswith(SKIPPED_SUFFIXES)

    with suppress(OSError):  # for example: as many watches as the system allows are in use
        for _ in watch(
            folder,
            watch_filter=is_of_the_shop,
            debounce=DEBOUNCE,
            rust_timeout=round(1000 * LOOK),
            yield_on_timeout=True,
            stop_event=stop,
            raise_interrupt=stop is None,
        ):
            yield
        return
    over = stop or threading.Event()
    while not over.wait(LOOK):
        yield


def _look(folder: Path) -> Look:
    """Return what tells whether a file was saved."""
    look: Look = {}
    for name, path in files_of(folder).items():
        if name in OWN:
            continue
        with suppress(OSError):  # an editor's temporary file may be gone by now
            seen = path.stat()
            look[name] = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
    return look
