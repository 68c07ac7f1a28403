"""Level packs: packages that pip installed, with levels in them.

A pack says under the entry point group ``levelup.levels`` in which package or folder its levels
lie. It is found and read without importing anything of it: a pack is somebody's program, and the
learner is asked before it first runs.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.base.errors import TutorError
from tutor.curriculum.level import Pack

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "levelup.levels"


def installed_packs() -> list[Pack]:
    """Return the level packs that are installed, by name."""
    if not any(map(_may_hold_one, sys.path)):
        return []
    from importlib.metadata import entry_points

    packs = (_pack(point) for point in entry_points(group=GROUP))
    return sorted(packs, key=lambda pack: (pack.name.lower(), pack.place))


def _may_hold_one(entry: str) -> bool:
    """Return whether a level pack may be installed in *entry* of Python's path.

    Nearly nobody has one, and to import what reads all that is installed takes longer than to look.
    """
    try:
        with os.scandir(entry or ".") as found:
            names = [one.name for one in found]
    except NotADirectoryError:
        # An archive, that others know how to read.
        return True
    except OSError:
        return False
    notes = (name for name in names if name.endswith(("dist-info", "egg-info")))
    return any(_names_one(Path(entry, name)) for name in notes)


def _names_one(notes: Path) -> bool:
    """Return whether *notes*, those that a package was installed with, name a level pack."""
    with suppress(OSError):
        return GROUP.encode() in (notes / "entry_points.txt").read_bytes()
    return False


def _pack(point: "EntryPoint") -> Pack:
    name, version = (point.dist.name, point.dist.version) if point.dist else (point.name, "?")
    return Pack(name, version, point.value)


def folder_of(pack: Pack) -> Path:
    """Return the folder in which the levels of *pack* lie.

    Raises:
        TutorError: there is none.
    """
    folder = next((place for place in _places(pack.place) if place.is_dir()), None)
    if folder is None:
        raise TutorError.named("pack_without_folder", place=pack.place)
    return folder


def _places(dotted: str) -> Iterator[Path]:
    """Yield where the package or folder *dotted* may lie; only its first part is looked up."""
    first, *rest = dotted.split(".")
    try:
        spec = find_spec(first)
    except (ImportError, ValueError):
        return
    for place in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(place, *rest)
