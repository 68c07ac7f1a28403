"""Read a TOML table strictly: every problem names its key and the nearest right one."""

import difflib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from tutor.base.errors import TutorError


class TomlTable:
    """A TOML table that knows where it stands in its file."""

    def __init__(self, data: Mapping[str, Any], path: Path, place: str = "") -> None:
        self.data = data
        self.path = path
        self.place = place

    def problem(self, name: str, *, hint: str = "", **values: Any) -> TutorError:
        """Return the failure ``problems.<name>`` about this table, in any language."""
        return TutorError.named(name, hint=hint, where=self._where, **values)

    def fault(self, message: str, hint: str = "") -> TutorError:
        """Return the error that says *message* about this table to an author of levels."""
        return TutorError(f"{self._where}: {message}", hint=hint)

    @property
    def _where(self) -> str:
        return f"{self.path}{f' [{self.place}]' if self.place else ''}"

    def only(self, allowed: Collection[str]) -> None:
        """Refuse keys that are not in *allowed*."""
        for key in self.data:
            if key not in allowed:
                raise self.problem("unknown_key", key=key, **near(key, allowed))

    def get(self, key: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        """Return the value of *key*, which must be a *kind*."""
        value = self.data.get(key, default)
        # All but always: of thousands of values, most are just what was asked for.
        if type(value) is kind:
            return value
        if key not in self.data:
            if default is ...:
                present = difflib.get_close_matches(key, self.data, 1)
                if present:
                    raise self.problem("missing_key", hint="instead", key=key, present=present[0])
                raise self.problem("missing_key", key=key)
            return default
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            wanted = " or ".join(k.__name__ for k in kinds)
            raise self.problem("wrong_kind", key=key, value=repr(value), wanted=wanted)
        return value

    def table(self, key: str, default: Any = ...) -> "TomlTable":
        """Return the table under *key*."""
        return TomlTable(self.get(key, dict, default), self.path, self._inside(key))

    def tables(self, key: str) -> dict[str, "TomlTable"]:
        """Return the named tables under *key*; none where it is missing."""
        outer = self.table(key, {})
        return {name: outer.table(name) for name in outer.data}

    def rows(self, key: str, default: Any = ...) -> list["TomlTable"]:
        """Return the array of tables under *key*."""
        rows = self.get(key, list, default)
        for number, row in enumerate(rows, 1):
            if not isinstance(row, dict):
                raise self.fault(f"{key!r} {number} is {row!r}.", hint=f"Write it as [[{key}]].")
        return [
            TomlTable(row, self.path, f"{self._inside(key)} {n}") for n, row in enumerate(rows, 1)
        ]

    def words(self, key: str, default: Any = ...) -> tuple[str, ...]:
        """Return the array of strings under *key*."""
        words = self.get(key, list, default)
        for word in words:
            if not isinstance(word, str):
                raise self.problem("not_words", key=key, value=repr(word))
        return tuple(words)

    def _inside(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the sentence that names the right word nearest to *word*, for authors of levels."""
    found = near(word, known)
    return f"Did you mean {found['near']!r}?" if "near" in found else f"Known: {found['known']}."


def near(word: str, known: Iterable[str]) -> dict[str, str]:
    """Return the hint that names the right word nearest to *word*, or else all of them."""
    options = list(known)
    close = difflib.get_close_matches(word, options, 1, cutoff=0.5)
    if close:
        return {"hint": "near", "near": close[0]}
    return {"hint": "known", "known": ", ".join(sorted(options))}
