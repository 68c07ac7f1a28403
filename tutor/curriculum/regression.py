"""Quiet regressions: small accidents that a level lays over its shop, chosen anew each time."""

import random
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

from tutor.base.errors import TutorError
from tutor.base.tables import TomlTable
from tutor.catalogue import LANGUAGES
from tutor.curriculum.level import Level, Regression, Text
from tutor.curriculum.replacement import replacements
from tutor.toml import read_toml

FILE = "regression.toml"


def load_regressions(folder: Path) -> tuple[Regression, ...]:
    """Return the regressions below *folder*, by name; none where there is no such folder.

    Raises:
        TutorError: one is broken; names the key and the nearest right one.
    """
    if not folder.is_dir():
        return ()
    return tuple(_load(place) for place in sorted(folder.iterdir()) if place.is_dir())


def _load(folder: Path) -> Regression:
    path = folder / FILE
    try:
        table = TomlTable(read_toml(path), path)
    except (OSError, ValueError) as error:
        raise TutorError(
            f"{path} cannot be read: {error}.", hint="Each regression needs one."
        ) from error
    table.only(("level", "breaks", "shows", "title", "replace"))
    title = table.table("title")
    return Regression(
        name=folder.name,
        folder=folder,
        level=table.get("level", int),
        breaks=table.get("breaks", str),
        shows=table.get("shows", str),
        title=_text(title),
        replacements=replacements(table),
    )


def _text(table: TomlTable) -> Text:
    return {language: table.get(language, str) for language in LANGUAGES}


def draws(level: Level) -> Iterator[tuple[Regression, ...]]:
    """Yield everything that can be drawn: each time one regression of each of some subjects.

    Where a quick check cannot see some of the level's regressions, one of them is in every draw:
    a check that is green must never be the end of the search.
    """
    for subjects in combinations(_subjects(level), level.drawn):
        yield from (drawn for drawn in product(*subjects) if _is_enough(level, drawn))


def draw(level: Level, number: int) -> tuple[Regression, ...]:
    """Return the regressions that *number* draws; the same for the same number."""
    chance = random.Random(number)  # noqa: S311 - no secret: the same number, the same draw
    while True:
        subjects = chance.sample(_subjects(level), level.drawn) if level.regressions else []
        drawn = tuple(chance.choice(subject) for subject in subjects)
        if _is_enough(level, drawn):
            return drawn


def _is_enough(level: Level, drawn: tuple[Regression, ...]) -> bool:
    """Return whether *drawn* has one that a quick check cannot see, as far as there are any."""
    hidden = {goal.id for goal in level.goals if goal.full_only}
    exists = level.drawn and any(one.breaks in hidden for one in level.regressions)
    return not exists or any(one.breaks in hidden for one in drawn)


def _subjects(level: Level) -> list[list[Regression]]:
    """Return the level's regressions by the earlier level that taught how to avoid them."""
    numbers = sorted({regression.level for regression in level.regressions})
    return [[r for r in level.regressions if r.level == number] for number in numbers]
