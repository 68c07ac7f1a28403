"""Bundle a learner's shop and journal into one file for whoever grades it.

In it are the files that would be judged now, and of each run when it was and what was measured.
Not in it: a name, an address, a path of the machine, and what the files looked like earlier.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor import __version__
from tutor.base.errors import UsageError
from tutor.base.files import write_atomic
from tutor.base.paths import content_root, data_root
from tutor.curriculum import Level
from tutor.grading.archive import is_bundle, packed
from tutor.grading.manifest import LevelPart, Manifest, file_in, journal_in
from tutor.grading.result import Claims, renamed
from tutor.learner.journal import Entry
from tutor.learner.session import Session, read_all

MOST_ENTRIES = 1000
"""Entries of a level's journal that are handed in, the newest."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What was written."""

    path: Path
    size: int
    manifest: Manifest


def hand_in(session: Session, levels: Sequence[Level], path: Path) -> HandedIn:
    """Write the bundle of *levels* to *path*.

    Raises:
        TutorError: a level was never begun, the shop is too large, or it cannot be written there.
    """
    _check_place(session, path)
    contents: dict[str, bytes] = {}
    parts = [_part(session, level, contents) for level in levels]
    manifest = Manifest(__version__, parts)
    data = packed(manifest, contents)
    write_atomic(path, data)
    return HandedIn(path, len(data), manifest)


def begun(session: Session) -> list[Level]:
    """Return the levels that were begun.

    Raises:
        UsageError: there is none.
    """
    found = [level for level in session.levels if session.has_begun(level)]
    if not found:
        raise UsageError.named("no_level_yet", folder=session.workspace.folder)
    return found


def _check_place(session: Session, path: Path) -> None:
    """Refuse to write into the shop, where it would be a part of it, or over another file."""
    if path.absolute().resolve().is_relative_to(session.workspace.folder.resolve()):
        raise UsageError.named("bundle_in_shop", path=path)
    if path.exists() and not is_bundle(path):
        raise UsageError.named("bundle_over_file", path=path)


def _part(session: Session, level: Level, contents: dict[str, bytes]) -> LevelPart:
    """Put the files of *level* into *contents*, and return what the manifest says of it."""
    taken, number = session.snapshot(level, "mine", kept=True)
    files = read_all(taken.files)
    contents |= {file_in(level.slug, name): data for name, data in files.items()}
    entries = _entries(session, level)
    told = json.dumps(
        [_told(entry, _places(session)) for entry in entries],
        indent=1,
        ensure_ascii=False,
        sort_keys=True,
    ).encode(errors="backslashreplace")
    contents[journal_in(level.slug)] = told
    mine = session.level_progress(level)
    return LevelPart(
        level.slug,
        number,
        dict(taken.digests),
        hashlib.sha256(told).hexdigest(),
        sum(entry.run is not None for entry in entries),
        Claims(mine.attempts, mine.hints, mine.answer_seen),
    )


def _entries(session: Session, level: Level) -> list[Entry]:
    """Return what the journal has of *level*, the oldest first."""
    entries = session.journal.entries(level=level.slug, workspace=session.workspace.folder)
    return [entry for entry, _ in zip(entries, range(MOST_ENTRIES), strict=False)][::-1]


def _told(entry: Entry, places: Mapping[str, str]) -> dict[str, Any]:
    """Return an entry as it is handed in: with one digest for the state of all its files."""
    state = json.dumps(sorted(entry.files.items())).encode()
    return {
        "number": entry.number,
        "at": round(entry.at),
        "reason": entry.reason,
        "variant": entry.variant,
        "state": hashlib.sha256(state).hexdigest(),
        "run": renamed(entry.run, places),
    }


def _places(session: Session) -> dict[str, str]:
    """Return the places of this machine that sentences of a run may name, and what to say."""
    found = {}
    for path, name in _named(session):
        for known in (path.absolute(), path.resolve()):
            if len(known.parts) > 1:
                found[str(known)] = name
    return found


def _named(session: Session) -> Iterator[tuple[Path, str]]:
    yield session.workspace.folder, "shop"
    yield data_root(), "levelup"
    yield content_root(), "tutor"
    yield Path(tempfile.gettempdir()), "tmp"
    yield Path.home(), "~"
