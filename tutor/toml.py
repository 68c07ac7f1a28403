"""TOML, read from the file the first time and from what was kept of it from then on.

Python's parser takes a second for three megabytes, and ours are 0.4: without this, half of the time
until the first screen. What is kept begins with the text it was made of, so a file that was changed
is read anew; where nothing can be kept, or something else is found, the file is parsed. A digest of
it would take longer than to compare it, and have OpenSSL loaded before the first screen.
It is below every room and may not know anything of the tutor.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

PARSER = 1
"""Another number where what is kept would be another for the same text."""


def read_toml(path: Path) -> dict[str, Any]:
    """Return what stands in *path*.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no TOML, or no text.
    """
    text = path.read_bytes()
    made_of = b"%d %d\n%b\n" % (PARSER, len(text), text)
    place = _place(path)
    known = _kept(place, made_of)
    if known is None:
        # Not imported where all is known: that alone takes longer than to read what was kept.
        import tomllib

        known = tomllib.loads(text.decode())
        _keep(place, made_of, known)
    return known


def _place(path: Path) -> Path:
    """Return where what stands in *path* is kept: one file for each, whatever it held before.

    Two that had to share one would take turns in being parsed, and nothing else.
    """
    key = crc32(os.fsencode(path.absolute()))
    return _folder(os.environ.get("LEVELUP_HOME", "")) / f"{path.stem}-{key:08x}.kept"


@cache
def _folder(home: str) -> Path:
    if home:
        return Path(home).expanduser().absolute() / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("levelup", appauthor=False)


def _kept(place: Path, made_of: bytes) -> dict[str, Any] | None:
    """Return what is kept and was *made_of* this; None where that is nothing."""
    try:
        found = place.read_bytes()
        data = json.loads(found[len(made_of) :]) if found.startswith(made_of) else None
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _keep(place: Path, made_of: bytes, data: Mapping[str, Any]) -> None:
    """Keep *data*, if it is the same when it is read again: JSON knows no dates."""
    new = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        kept = json.dumps(data)
        if json.loads(kept) != data:
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(made_of + kept.encode())
        new.replace(place)
    except (OSError, TypeError, ValueError):
        # Nobody is told: it only takes a moment longer the next time, too.
        with suppress(OSError):
            new.unlink()
