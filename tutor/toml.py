"""TOML, read from the file the first time and from what was kept of it from then on.

Python's parser takes a second for three megabytes, and ours are 0.4: without this, half of the time
until the first screen. What is kept bears the digest of the text it was made of, so a file that was
changed is read anew; where nothing can be kept, or something else is found, the file is parsed.
It is below every room and may not know anything of the tutor.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

PARSER = 1
"""Another number where what is kept would be another for the same text."""


def read_toml(path: Path) -> dict[str, Any]:
    """Return what stands in *path*.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no TOML, or no text.
    """
    text = path.read_bytes()
    digest = f"{PARSER}:{sha256(text).hexdigest()}"
    place = _place(path)
    known = _kept(place, digest)
    if known is None:
        # Not imported where all is known: that alone takes longer than to read what was kept.
        import tomllib

        known = tomllib.loads(text.decode())
        _keep(place, digest, known)
    return known


def _place(path: Path) -> Path:
    """Return where what stands in *path* is kept: one file for each, whatever it held before."""
    key = sha256(os.fsencode(path.absolute())).hexdigest()[:16]
    return _folder(os.environ.get("LEVELUP_HOME", "")) / f"{path.stem}-{key}.json"


@cache
def _folder(home: str) -> Path:
    if home:
        return Path(home).expanduser().absolute() / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("levelup", appauthor=False)


def _kept(place: Path, digest: str) -> dict[str, Any] | None:
    """Return what was kept of the text with *digest*; None where that is nothing."""
    try:
        found = json.loads(place.read_bytes())
        return dict(found["data"]) if found["of"] == digest else None
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _keep(place: Path, digest: str, data: Mapping[str, Any]) -> None:
    """Keep *data*, if it is the same when it is read again: JSON knows no dates."""
    new = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        kept = json.dumps({"of": digest, "data": data})
        if json.loads(kept)["data"] != data:
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(kept)
        new.replace(place)
    except (OSError, TypeError, ValueError):
        # Nobody is told: it only takes a moment longer the next time, too.
        with suppress(OSError):
            new.unlink()
