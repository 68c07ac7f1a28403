"""The learner's files as the editor has them: what is on disk, and what is not yet."""

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tutor.base.errors import TutorError
from tutor.base.files import write_atomic
from tutor.curriculum import Level
from tutor.learner.workspace import Workspace

R = TypeVar("R")


class Desk:
    """Files of the workspace and the unsaved changes to them."""

    def __init__(self, workspace: Workspace, level: Level) -> None:
        self.workspace = workspace
        self.level = level
        self.open = ""
        """The file in the editor."""
        self._buffers: dict[str, str] = {}
        self._read: dict[str, str] = {}
        """By file, its text as it was read or saved last."""
        self._lock = threading.Lock()
        """Held while files are compared or replaced: a watcher asks from its own thread."""
        self._digests = self._measure()

    @property
    def unsaved(self) -> list[str]:
        """The files with changes that are not on disk."""
        return sorted(self._buffers)

    def names(self) -> list[str]:
        """Return the files, the ones worth opening first at the top."""
        files = self.workspace.files()
        first = [name for name in self.level.files if name in files]
        return first + [name for name in sorted(files) if name not in first]

    def path(self, name: str) -> Path:
        """Return where *name* is."""
        return self.workspace.folder / name

    def text(self, name: str) -> str:
        """Return the text of *name* with the changes that are not saved."""
        if name not in self._buffers:
            self._read[name] = self._text_on_disk(name)
        return self._buffers.get(name, self._read[name])

    def change(self, name: str, text: str) -> None:
        """Remember *text* as what the editor has for *name*."""
        if text == self._read.get(name):
            self._buffers.pop(name, None)
        else:
            self._buffers[name] = text

    def is_behind(self, name: str) -> bool:
        """Return whether somebody else saved *name* since it was read."""
        return self.path(name).is_file() and self._text_on_disk(name) != self._read.get(name)

    def save(self, name: str) -> None:
        """Write the changes to *name*."""
        text = self._buffers.get(name)
        if text is None:
            return
        path = self.path(name)
        mode = path.stat().st_mode & 0o777 if path.is_file() else 0o644
        with self._lock:
            write_atomic(path, text.encode(), mode=mode)
            self._digests[name] = _digest(path)
        self._read[name] = text
        if self._buffers.get(name) == text:
            del self._buffers[name]

    def replaced(self, replace: Callable[[], R]) -> R:
        """Replace the files as a whole, without taking it for somebody's edit."""
        with self._lock:
            try:
                return replace()
            finally:
                self._digests = self._measure()

    def changed_outside(self) -> tuple[str, ...]:
        """Return the files that somebody else changed since the last question."""
        with self._lock:
            before, self._digests = self._digests, self._measure()
        names = before.keys() | self._digests.keys()
        return tuple(sorted(name for name in names if before.get(name) != self._digests.get(name)))

    def _measure(self) -> dict[str, str]:
        return {name: _digest(path) for name, path in self.workspace.files().items()}

    def _text_on_disk(self, name: str) -> str:
        path = self.path(name)
        try:
            return path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise TutorError.named("not_text", file=name) from error
        except OSError as error:
            raise TutorError.named(
                "cannot_read", hint="check_permissions", where=path, reason=error.strerror
            ) from error


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
