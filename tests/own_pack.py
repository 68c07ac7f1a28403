"""A level pack of somebody else's: a package with one level in it, as pip would leave it."""

from pathlib import Path

from tutor.author.new import DRAFT, copy_level

NAME, MODULE = "yoga-pack", "yoga_pack"
GUEST = "91_guest"
POINTS = """\
[levelup.levels]
yoga = {place}
"""
METADATA = """\
Metadata-Version: 2.1
Name: {name}
Version: {version}
"""


def write_package(folder: Path, level: str = GUEST) -> Path:
    """Write the package below *folder* and return the folder of its level.

    Whoever imports it breaks: it is to be found and read without that.
    """
    package = folder / MODULE
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('raise RuntimeError("somebody imported the pack")\n')
    copy_level(DRAFT, package / "levels" / level)
    return package / "levels" / level


def install(
    folder: Path, *, level: str = GUEST, version: str = "1.0", place: str = f"{MODULE}.levels"
) -> Path:
    """Write the package and what pip notes of it; return the folder of its level."""
    written = write_package(folder, level)
    note_version(folder, version, place)
    return written


def note_version(folder: Path, version: str, place: str = f"{MODULE}.levels") -> None:
    """Write what pip notes of a package, as if that version had been installed."""
    for old in folder.glob("*.dist-info"):
        old.rename(old.with_suffix(".gone"))
    notes = folder / f"{MODULE}-{version}.dist-info"
    notes.mkdir()
    (notes / "METADATA").write_text(METADATA.format(name=NAME, version=version))
    (notes / "entry_points.txt").write_text(POINTS.format(place=place))
