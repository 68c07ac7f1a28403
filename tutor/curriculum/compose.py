"""Compose the shop of a level from the healthy shop and the levels' own files."""

import filecmp
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tutor.base.errors import TutorError
from tutor.base.files import cannot_write, write_atomic
from tutor.base.paths import data_root, shop_root
from tutor.curriculum import Answer, Level, Regression, draw
from tutor.curriculum.corpus import FILE as ANSWER
from tutor.curriculum.level import Replacement
from tutor.curriculum.regression import FILE as REGRESSION

SKIPPED_FOLDERS = {"__pycache__", "node_modules"}
"""Folders that are no part of the shop; nor is any whose name begins with a dot."""
SKIPPED_SUFFIXES = (".pyc", ".pyo", ".swp", ".swo", "~")
HERE = "fixed_here"
"""The folder of a level with what only its own reference answer has."""
LARGEST_FILE = 2 * 1024 * 1024
"""Bytes. A larger file in the workspace is no part of the shop: somebody's dump or video."""


def files_of(folder: Path) -> dict[str, Path]:
    """Return the files below *folder* by their path relative to it."""
    return dict(_walk(folder))


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_skipped(name))
        for name in sorted(names):
            path = Path(place, name)
            if name.endswith(SKIPPED_SUFFIXES) or not path.is_file():
                continue
            # An editor's temporary file may be gone by now.
            with suppress(FileNotFoundError):
                if path.stat().st_size <= LARGEST_FILE:
                    yield path.relative_to(folder).as_posix(), path


def is_skipped(folder: str) -> bool:
    """Return whether a folder of this name is no part of the shop: caches, git, an editor's own."""
    return folder in SKIPPED_FOLDERS or folder.startswith(".")


def compose(
    level: Level, variant: str, levels: Sequence[Level], number: int = 0
) -> dict[str, Path]:
    """Return the files of *level* in the *variant* ``broken`` or ``fixed``.

    The shop of a level is the healthy shop, what each earlier level fixed, then this level's own;
    where the level has regressions, a broken one has those that *number* draws.
    """
    files = inherited(level, levels) | overlay(level, variant)
    return regressed(files, draw(level, number)) if variant == "broken" else files


def regressed(files: Mapping[str, Path], regressions: Sequence[Regression]) -> dict[str, Path]:
    """Return *files* after these accidents.

    Raises:
        TutorError: a passage that one of them changes is not there.
    """
    after = dict(files)
    for regression in regressions:
        after = _changed(after, regression)
    return after


def _changed(files: Mapping[str, Path], change: Regression | Answer) -> dict[str, Path]:
    """Return *files* under those of *change*, with the passages that it replaces."""
    after = {**files, **(files_of(change.folder) if change.folder else {})}
    for description in (REGRESSION, ANSWER):
        after.pop(description, None)
    for replacement in change.replacements:
        after[replacement.file] = _replaced(after, replacement, change.name)
    return after


def _replaced(files: Mapping[str, Path], change: Replacement, name: str) -> Path:
    """Return a file of our own that holds the changed text."""
    source = files.get(change.file)
    text = source.read_text(encoding="utf-8") if source else ""
    if text.count(change.before) != 1:
        raise TutorError(
            f"{name} does not fit: {change.file} says "
            f"{text.count(change.before)} times what it changes.",
            hint="It must say so once.",
        )
    data = text.replace(change.before, change.after).encode()
    # Not before the first frame: with it comes OpenSSL.
    import hashlib

    path = data_root() / "changed" / hashlib.sha256(data).hexdigest()[:16]
    if not path.is_file():
        write_atomic(path, data)
    return path


def inherited(level: Level, levels: Sequence[Level]) -> dict[str, Path]:
    """Return the shop as the levels before *level* leave it: ours, and those of its own pack."""
    files = files_of(shop_root())
    for earlier in levels:
        if earlier.number < level.number and earlier.pack in (None, level.pack):
            files |= files_of(earlier.folder / "both") | files_of(earlier.folder / "fixed")
    return files


def seeding(level: Level, levels: Sequence[Level]) -> dict[str, Path]:
    """Return the shop that seeds the data of *level*: the reference answer's.

    Where migrations are what the level is about, data seeded by either answer would have been
    migrated already: there it is the shop as the levels before leave it, the one that is live.
    """
    broken, fixed = (compose(level, variant, levels) for variant in ("broken", "fixed"))
    return fixed if _migrations(broken) == _migrations(fixed) else inherited(level, levels)


def _migrations(files: Mapping[str, Path]) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in files.items() if "/migrations/" in name}


def overlay(level: Level, variant: str) -> dict[str, Path]:
    """Return the level's own files: those in ``both``, then those of the *variant*.

    What the reference answer has in ``fixed_here`` is of this level alone, as its data may be: the
    levels that follow do not build on it.
    """
    files = files_of(level.folder / "both") | files_of(level.folder / variant)
    return files | files_of(level.folder / HERE) if variant == "fixed" else files


def compose_answer(level: Level, answer: Answer, levels: Sequence[Level]) -> dict[str, Path]:
    """Return the shop of *level* as *answer* has it.

    Raises:
        TutorError: a passage that it changes is not there.
    """
    files = inherited(level, levels) | overlay(level, answer.begins_as)
    if answer.begins_as == "broken":
        files = regressed(files, answer.regressions)
    return _changed(files, answer)


def materialise(files: Mapping[str, Path], folder: Path) -> None:
    """Make *folder* hold exactly *files*; what is already right is left alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in files_of(folder).keys() - files.keys():
            _remove_with_empty_folders(folder / name, folder)
        for name, source in files.items():
            target = folder / name
            if not (target.is_file() and filecmp.cmp(source, target, shallow=False)):
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
    except OSError as error:
        raise cannot_write(Path(error.filename or folder), error) from error


def _remove_with_empty_folders(path: Path, root: Path) -> None:
    """Remove *path* and the folders that are empty without it: a file may want that name."""
    path.unlink()
    with suppress(OSError):
        while path.parent != root:
            path = path.parent
            path.rmdir()
