"""Level packs: packages that pip installed, with levels in them.

A pack says under the entry point group ``levelup.levels`` in which package or folder its levels
lie. It is found and read without importing anything of it: a pack is somebody's program, and the
learner is asked before it first runs.
"""

from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from tutor.base.errors import TutorError
from tutor.curriculum.level import Pack

GROUP = "levelup.levels"


def installed_packs() -> list[Pack]:
    """Return the level packs that are installed, by name."""
    packs = (_pack(point) for point in entry_points(group=GROUP))
    return sorted(packs, key=lambda pack: (pack.name.lower(), pack.place))


def _pack(point: EntryPoint) -> Pack:
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
