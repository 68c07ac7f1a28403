"""Write a new level: a complete draft that is proved as it is, or another level's files."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tutor.base.errors import TutorError, UsageError
from tutor.base.files import cannot_write
from tutor.base.paths import levels_of_others
from tutor.curriculum import Level
from tutor.curriculum.compose import SKIPPED_SUFFIXES, is_skipped

DRAFT = Path(__file__).with_name("draft")
"""The level that a new one is until its author changes it."""
DEFAULT_ROOT = Path("levels-of-mine")
"""Where new levels go while ``LEVELUP_LEVELS`` names no folder."""
WORD = re.compile(r"(?:(?P<number>\d\d)_)?(?P<word>[a-z][a-z0-9_]*)")
LAST = 99
"""A level's number has two digits."""


def new_level(word: str, levels: Sequence[Level], source: Level | None = None) -> Path:
    """Write the level *word* into a folder of its own and return that folder.

    It is the draft, or has the files of *source*. Without a number in *word*, it gets the one
    after the last. Nothing is ever overwritten.

    Raises:
        UsageError: the word is none, or it is taken.
        TutorError: the folder cannot be written.
    """
    root = next(iter(levels_of_others()), DEFAULT_ROOT)
    own = [level.slug for level in levels if level.pack is None]
    folder = root / _slug(word, [*own, *_slugs_in(root)])
    if folder.exists():
        raise UsageError(f"{folder} is there already.", hint="Take another name for the level.")
    copy_level(source.folder if source else DRAFT, folder)
    return folder


def copy_level(source: Path, folder: Path) -> None:
    """Copy the level in *source* to *folder*, which is there as a whole or not at all."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as place:
            written = shutil.copytree(source, Path(place, "level"), ignore=_unwanted)
            written.rename(folder)
    except OSError as error:
        raise cannot_write(Path(error.filename or folder), error) from error


def _slugs_in(root: Path) -> list[str]:
    """Return the levels in *root*, which nobody may look for there yet."""
    return [path.parent.name for path in root.glob("[0-9][0-9]_*/level.toml")]


def _slug(word: str, taken: Sequence[str]) -> str:
    """Return the name of the new level's folder; its number is none of those *taken*."""
    found = WORD.fullmatch(word)
    if found is None:
        raise UsageError(
            f"{word!r} cannot be the name of a level.",
            hint="Small letters, digits and underscores, for example waiting_room.",
        )
    numbers = {int(slug[:2]): slug for slug in taken}
    number = int(found["number"] or 1 + max(numbers, default=0))
    if number > LAST:
        raise TutorError(
            f"There is a level {LAST} already.", hint="Say which number it is to have: 42_word."
        )
    if number in numbers:
        raise UsageError(
            f"There is a level {number} already: {numbers[number]}.",
            hint="Take another number, or none.",
        )
    return f"{number:02}_{found['word']}"


def _unwanted(folder: str, names: list[str]) -> set[str]:
    """Return what is no part of a level: caches, and what editors leave."""
    return {name for name in names if is_skipped(name) or name.endswith(SKIPPED_SUFFIXES)}
