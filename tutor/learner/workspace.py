"""The learner's folder: the shop's files and ``stack.toml``, plain files for any editor."""

import difflib
import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tutor.base.errors import TutorError, UsageError
from tutor.base.files import remove, write_atomic, write_json
from tutor.curriculum.compose import files_of
from tutor.learner.coach import FILE as COACH

MARKER = ".levelup.json"
"""What makes a folder a workspace; says which level it is at."""
OWN = (MARKER, COACH)
"""Files in a workspace that are no part of the shop."""


LOOKS = 5
"""How often the files are read again at most until they are the same twice."""


class Workspace:
    """The learner's shop in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    @classmethod
    def at(cls, folder: Path, number: int = 1) -> "Workspace":
        """Return the workspace in *folder*, which must be one; level *number* is wanted there.

        Raises:
            UsageError: *folder* is missing, or somebody else's.
        """
        workspace = cls(folder)
        if not workspace.exists:
            raise _no_workspace(workspace.folder, number)
        return workspace

    @property
    def exists(self) -> bool:
        """Return whether the folder is a workspace."""
        return (self.folder / MARKER).is_file()

    @property
    def level(self) -> str:
        """Return the slug of the level whose files are in the workspace; empty where none are."""
        return str(self._marker().get("level", ""))

    @property
    def number(self) -> int:
        """Return the number that drew what the level has broken this time."""
        number = self._marker().get("number", 0)
        return number if isinstance(number, int) else 0

    @property
    def filling(self) -> str:
        """Return the slug of the level whose filling was interrupted; empty where none was."""
        return str(self._marker().get("filling", ""))

    def check_free(self) -> None:
        """Refuse to settle in a folder that holds somebody else's files."""
        if self.folder.exists() and not self.folder.is_dir():
            raise UsageError.named("workspace_is_file", folder=self.folder)
        if not self.exists and self.folder.is_dir() and any(self.folder.iterdir()):
            raise UsageError.named("workspace_taken", folder=self.folder)

    def files(self) -> dict[str, Path]:
        """Return the shop's files by their path relative to the workspace."""
        files = files_of(self.folder)
        return {name: path for name, path in files.items() if name not in OWN}

    def contents(self) -> dict[str, bytes]:
        """Return the shop's files as they are at this moment."""
        contents = {}
        for name, path in self.files().items():
            # An editor's temporary file may be gone by now.
            with suppress(FileNotFoundError):
                contents[name] = _read(path)
        return contents

    def settled_contents(self) -> dict[str, bytes]:
        """Return the shop's files at a moment in which nobody was writing them, if there is one.

        An editor that empties a file before it fills it would be caught with half of it.
        """
        before = self.contents()
        for _ in range(LOOKS):
            now = self.contents()
            if now == before:
                break
            before = now
        return before

    def fill(self, level: str, contents: Mapping[str, bytes], number: int = 0) -> None:
        """Make the workspace hold exactly *contents*, as the files of *level* drawn by *number*.

        The caller has kept what was there. While the files change, the marker names no level: a
        fill that is interrupted is neither believed nor taken for somebody else's folder.
        """
        current = self.contents() if self.exists else {}
        write_json(self.folder / MARKER, {"schema": 1, "filling": level})
        for name, data in contents.items():
            if current.get(name) != data:
                write_atomic(self.folder / name, data, mode=_mode(name))
        for name in current.keys() - contents.keys():
            remove(self.folder / name)
        write_json(self.folder / MARKER, {"schema": 1, "level": level, "number": number})

    def _marker(self) -> dict[str, Any]:
        path = self.folder / MARKER
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise TutorError.named(
                "cannot_read", hint="delete_marker", where=path, reason=error
            ) from error
        return data if isinstance(data, dict) else {}


def _no_workspace(folder: Path, number: int) -> UsageError:
    """Return why *folder* is no workspace, and how it, or another one, becomes one."""
    if not folder.is_dir():
        return UsageError.named(
            "workspace_missing", hint="begin_there", folder=folder, number=number
        )
    if not any(folder.iterdir()):
        return UsageError.named(
            "workspace_foreign", hint="begin_there", folder=folder, number=number
        )
    return UsageError.named("workspace_foreign", folder=folder)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise TutorError.named(
            "cannot_read", hint="check_permissions", where=path, reason=error.strerror
        ) from error


def _mode(name: str) -> int:
    return 0o755 if name == "manage.py" else 0o644


def check_name(file: str, start: Collection[str]) -> None:
    """Refuse a *file* that is not among those that a level has at its *start*.

    Raises:
        UsageError: it is not; says which one is near.
    """
    if file in start:
        return
    close = difflib.get_close_matches(file, start, 1)
    if close:
        raise UsageError.named("not_of_level", hint="near", file=file, near=close[0])
    raise UsageError.named("not_of_level", file=file)
