"""Files of the seat: read by anybody, changed under a lock, replaced in one step."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

from tutor.base.damage import DamagedFile, read_or_begin
from tutor.base.errors import TutorError
from tutor.base.files import write_json
from tutor.base.locks import locked

SCHEMA = 1
"""Of the files. A field that is new and has a default needs no new one."""
PRIVATE = 0o600
"""The token of the seat is nobody else's."""


class Plain(Protocol):
    """What can be kept: its fresh state takes no arguments."""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Return what was kept.

        Raises:
            ValueError, TypeError, LookupError: it is something else than what we write.
        """

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""


Kept = TypeVar("Kept", bound=Plain)
Stamp = tuple[int, int, int]


class KeptFile(Generic[Kept]):
    """One such file; where there is none, or only a damaged one, it holds a fresh *kind*."""

    def __init__(self, path: Path, kind: type[Kept]) -> None:
        self.path = path
        self._kind = kind

    def read(self) -> Kept:
        """Return what is kept; a damaged file is set aside: see :mod:`tutor.base.damage`.

        Raises:
            TutorError: it cannot be read, or a newer version wrote it.
        """
        return self._read(self._lock)

    def write(self, kept: Kept) -> None:
        """Replace what is kept."""
        with locked(self._lock):
            self._write(kept)

    @contextmanager
    def change(self) -> Iterator[Kept]:
        """Lend what is kept for a change, and keep it where it was changed."""
        with locked(self._lock):
            kept = self._read(None)
            before = json.dumps(kept.to_json())
            yield kept
            if json.dumps(kept.to_json()) != before:
                self._write(kept)

    @property
    def stamp(self) -> Stamp:
        """Return what changes whenever the file is replaced, without reading it."""
        try:
            found = self.path.stat()
        except OSError:
            return (0, 0, 0)
        # Two changes may fall into one tick of the file system's clock; each is a file of its own.
        return (found.st_mtime_ns, found.st_ino, found.st_size)

    @property
    def _lock(self) -> Path:
        return self.path.with_suffix(".lock")

    def _write(self, kept: Kept) -> None:
        write_json(self.path, {"schema": SCHEMA, **kept.to_json()}, mode=PRIVATE)

    def _read(self, lock: Path | None) -> Kept:
        return read_or_begin(self.path, lock, self._read_whole, self._kind)

    def _read_whole(self) -> Kept:
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
            schema = data.pop("schema")
        except FileNotFoundError:
            return self._kind()
        except OSError as error:
            raise TutorError.named("seat_unreadable", path=self.path, reason=error) from error
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise DamagedFile(self.path) from error
        if isinstance(schema, int) and schema > SCHEMA:
            raise TutorError.named("seat_unreadable", path=self.path, reason=f"schema {schema}")
        try:
            return self._kind.from_json(data)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise DamagedFile(self.path) from error


class Watched(Generic[Kept]):
    """What a kept file says, read again only where it was replaced: for who looks each second."""

    def __init__(self, file: KeptFile[Kept]) -> None:
        self._file = file
        self._seen: tuple[Stamp, Kept] | None = None

    def look(self) -> Kept:
        """Return what is kept; it is lent, and changed by nobody who looks.

        Raises:
            TutorError: it cannot be read, or a newer version wrote it.
        """
        # Before it is read: what is written meanwhile is seen the next time.
        stamp = self._file.stamp
        if self._seen is None or self._seen[0] != stamp:
            self._seen = stamp, self._file.read()
        return self._seen[1]


def words(data: dict[str, Any], *names: str) -> dict[str, str]:
    """Return the strings *names* of *data*.

    Raises:
        TypeError, LookupError: one is missing or is no string.
    """
    found = {name: data[name] for name in names}
    if not all(isinstance(word, str) for word in found.values()):
        raise TypeError("a value is of another kind")
    return found
