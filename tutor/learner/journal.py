"""Every run and every state of the files that was worth keeping.

Files are stored once by their content, so a state costs next to nothing and nothing is ever lost.
"""

import difflib
import json
import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from tutor.base import log
from tutor.base.damage import DamagedFile, is_name, set_aside
from tutor.base.errors import TutorError, UsageError
from tutor.base.files import write_atomic, write_json
from tutor.base.locks import locked
from tutor.base.numeric import is_number
from tutor.base.paths import data_root

SCHEMA = 1
DIGEST = re.compile(r"[0-9a-f]{64}")
PAGE = 20
"""Entries that are told at once where nobody says how many: each may be read aloud."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One state of the shop's files, and what became of it."""

    number: int
    at: float
    """Seconds since the epoch."""
    level: str
    reason: str
    """Why it was kept: ``run``, ``reset``, ``restore``, ``move``, ``start``."""
    workspace: str
    variant: str
    files: Mapping[str, str]
    """Path to the digest of the content."""
    run: Mapping[str, Any] | None = None
    """What :class:`tutor.events.RunFinished` said, where the entry is a run."""
    drawn_by: int = 0
    """The number that drew what the level had broken."""

    @property
    def outcome(self) -> str:
        """Return the verdict's outcome; empty where the entry is no run."""
        return str(self.run["verdict"]["outcome"]) if self.run else ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of a shop as they were at one moment, whatever is saved later."""

    digests: Mapping[str, str]
    """Path to the digest of the content."""
    files: Mapping[str, Path]
    """Path to a file of our own that holds the content and never changes."""


def digest_of(data: bytes) -> str:
    """Return the name under which the content *data* is kept."""
    # Not before the first frame: with it comes OpenSSL.
    import hashlib

    return hashlib.sha256(data).hexdigest()


def by_level(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Return *entries* by the level they are of, in the order in which they came."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.level, []).append(entry)
    return found


class Journal:
    """All entries of this learner on this machine."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or data_root() / "journal"

    def take(self, contents: Mapping[str, bytes]) -> Snapshot:
        """Return a snapshot of *contents*; it is no entry before it is kept.

        Raises:
            TutorError: it could not be written.
        """
        digests = {name: self._store(data) for name, data in contents.items()}
        return self._snapshot(digests)

    def snapshot(self, entry: Entry) -> Snapshot:
        """Return the files of *entry*.

        Raises:
            TutorError: one of them was lost.
        """
        self.contents(entry)
        return self._snapshot(entry.files)

    def _snapshot(self, digests: Mapping[str, str]) -> Snapshot:
        return Snapshot(digests, {name: self._object(digest) for name, digest in digests.items()})

    def keep(
        self,
        contents: Mapping[str, bytes] | Snapshot,
        *,
        level: str,
        reason: str,
        workspace: Path,
        variant: str = "mine",
        run: Mapping[str, Any] | None = None,
        drawn_by: int = 0,
    ) -> Entry:
        """Keep *contents* and return the entry that holds them.

        Raises:
            TutorError: it could not be written; whatever was about to happen must not.
        """
        taken = contents if isinstance(contents, Snapshot) else self.take(contents)
        files = dict(taken.digests)
        with locked(self.folder / "lock"):
            number = max((int(path.stem) for path in self._paths()), default=0) + 1
            entry = Entry(
                number, time.time(), level, reason, str(workspace), variant, files, run, drawn_by
            )
            write_json(self._path(number), {"schema": SCHEMA, **_to_json(entry)})
        return entry

    def entries(self, *, level: str = "", workspace: Path | None = None) -> Iterator[Entry]:
        """Yield the entries, newest first; a damaged one is set aside and harms no other."""
        for path in sorted(self._paths(), reverse=True):
            try:
                entry = self._read(path)
            except DamagedFile:
                self._set_aside(path)
                continue
            except TutorError as error:
                log.note(f"{path} is left out: {error.message}")
                continue
            if level and entry.level != level:
                continue
            if workspace and entry.workspace != str(workspace):
                continue
            yield entry

    def entry(self, number: int) -> Entry:
        """Return the entry *number*."""
        path = self._path(number)
        if not path.is_file():
            last = max((int(p.stem) for p in self._paths()), default=0)
            raise UsageError.named(
                "no_entry", hint="entries_go" if last else "empty", number=number, last=last
            )
        try:
            return self._read(path)
        except DamagedFile as error:
            self._set_aside(path)
            reason = error.__cause__ or error
            raise TutorError.named("entry_unreadable", path=path, reason=reason) from error

    def contents(self, entry: Entry, names: Collection[str] | None = None) -> dict[str, bytes]:
        """Return the files of *entry*, all or those of *names* that it has.

        Raises:
            TutorError: one of them was lost.
        """
        wanted = entry.files.keys() if names is None else entry.files.keys() & set(names)
        found = {}
        for name in sorted(wanted):
            digest = entry.files[name]
            path = self._object(digest)
            try:
                found[name] = path.read_bytes()
            except OSError as error:
                raise TutorError.named(
                    "entry_incomplete", number=entry.number, file=path
                ) from error
            if digest_of(found[name]) != digest:
                raise TutorError.named("entry_incomplete", number=entry.number, file=path)
        return found

    def _is_whole(self, entry: Entry) -> bool:
        try:
            self.contents(entry)
        except TutorError as error:
            log.note(error.message)
            return False
        return True

    def latest(self, level: str, workspace: Path) -> Entry | None:
        """Return the newest state of the learner's own files for *level* that is whole."""
        entries = self.entries(level=level, workspace=workspace)
        mine = (entry for entry in entries if entry.variant == "mine")
        return next(filter(self._is_whole, mine), None)

    def _store(self, data: bytes) -> str:
        digest = digest_of(data)
        path = self._object(digest)
        # One that was damaged is put right: whatever has this name holds this content.
        if not path.is_file() or path.read_bytes() != data:
            write_atomic(path, data)
        return digest

    def _object(self, digest: str) -> Path:
        return self.folder / "objects" / digest[:2] / digest[2:]

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06}.json"

    def _paths(self) -> Iterator[Path]:
        return (path for path in self.folder.glob("[0-9]*.json") if path.stem.isdecimal())

    def _read(self, path: Path) -> Entry:
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise TutorError.named("entry_unreadable", path=path, reason=error) from error
        except (ValueError, RecursionError) as error:
            raise DamagedFile(path) from error
        schema = data.pop("schema", None) if isinstance(data, dict) else None
        if isinstance(schema, int) and schema > SCHEMA:
            reason = f"schema {schema}"
            raise TutorError.named("entry_unreadable", path=path, reason=reason)
        try:
            return _entry_of(data, int(path.stem))
        except (ValueError, TypeError) as error:
            raise DamagedFile(path) from error

    def _set_aside(self, path: Path) -> None:
        def is_damaged() -> bool:
            try:
                self._read(path)
            except DamagedFile:
                return True
            except TutorError:
                pass
            return False

        set_aside(path, self.folder / "lock", is_damaged)


def _entry_of(data: Any, number: int) -> Entry:
    """Return the entry that *data* holds.

    A run that this version cannot tell of is left out; the files beside it are whole.

    Raises:
        TypeError, ValueError: it holds something else.
    """
    entry: Any = Entry(**data)
    words = (entry.level, entry.reason, entry.workspace, entry.variant)
    if (
        entry.number != number
        or not is_number(entry.at)
        or not all(isinstance(word, str) for word in words)
        or not isinstance(entry.drawn_by, int)
        or not isinstance(entry.files, dict)
        or not all(is_name(name) and _is_digest(one) for name, one in entry.files.items())
    ):
        raise TypeError("a value is of another kind")
    if entry.run is not None and not _is_told(entry.run):
        entry = replace(entry, run=None)
    return cast("Entry", entry)


def _is_told(run: Any) -> bool:
    """Return whether this version can tell of *run*."""
    # Whoever begins has no run yet, and waits for the first screen.
    from tutor.events import RunFinished

    return RunFinished.from_json(run) is not None


def _is_digest(word: object) -> bool:
    return isinstance(word, str) and DIGEST.fullmatch(word) is not None


def _to_json(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__slots__}


def changed(before: Entry, after: Entry) -> set[str]:
    """Return the names of the files that are not the same in two entries."""
    known = before.files.keys() | after.files.keys()
    return {name for name in known if before.files.get(name) != after.files.get(name)}


def diff(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    """Return the unified diff from *before* to *after*; empty where they are the same."""
    parts: list[str] = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, b""), after.get(name, b"")
        if old == new:
            continue
        if b"\0" in old + new:
            parts.append(f"Binary file {name} differs\n")
            continue
        lines = difflib.unified_diff(
            old.decode(errors="replace").splitlines(keepends=True),
            new.decode(errors="replace").splitlines(keepends=True),
            f"a/{name}" if name in before else "/dev/null",
            f"b/{name}" if name in after else "/dev/null",
        )
        parts.extend(line if line.endswith("\n") else line + "\n" for line in lines)
    return "".join(parts)
