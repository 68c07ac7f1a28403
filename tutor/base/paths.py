"""Where things are: our own files, and the learner's."""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def content_root() -> Path:
    """Return the folder that holds ``levels/`` and ``sample_shop/``.

    A checkout has them beside the package; a wheel carries them inside it.
    """
    inside = PACKAGE / "content"
    return inside if inside.is_dir() else PACKAGE.parent


def level_roots() -> list[Path]:
    """Return the folders that hold levels: ours, then those of ``LEVELUP_LEVELS``."""
    return [content_root() / "levels", *levels_of_others()]


def levels_of_others() -> list[Path]:
    """Return the folders that ``LEVELUP_LEVELS`` names."""
    extra = os.environ.get("LEVELUP_LEVELS", "")
    return [Path(part).expanduser() for part in extra.split(os.pathsep) if part]


def shop_root() -> Path:
    """Return the healthy shop of day one."""
    return content_root() / "sample_shop"


def data_root() -> Path:
    """Return our folder for progress, journal and stacks.

    ``LEVELUP_HOME`` moves it; otherwise the platform decides.
    """
    if home := os.environ.get("LEVELUP_HOME"):
        return Path(home).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("levelup", appauthor=False)


def stack_root(workspace: Path, where: str = "") -> Path:
    """Return the folder in which the stack of *workspace* runs; one for each *where*."""
    # Not before the first frame: with it comes OpenSSL.
    import hashlib

    key = hashlib.sha256(str(workspace.absolute()).encode()).hexdigest()[:12]
    return data_root() / "stacks" / f"{key}{where and '-'}{where}"


def seat_file() -> Path:
    """Return the file that is there while the learner has a seat in a room; it says which."""
    return data_root() / "seat" / "seat.json"
