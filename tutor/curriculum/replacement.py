"""Passages of the shop's files that read otherwise: what a regression or an answer changes."""

from tutor.base.tables import TomlTable
from tutor.curriculum.level import Replacement

KEY = "replace"


def replacements(table: TomlTable) -> tuple[Replacement, ...]:
    """Return what the ``[[replace]]`` of *table* say; nothing where there are none."""
    return tuple(_replacement(row) for row in table.rows(KEY, []))


def _replacement(row: TomlTable) -> Replacement:
    row.only(("file", "before", "after"))
    return Replacement(row.get("file", str), row.get("before", str), row.get("after", str))
