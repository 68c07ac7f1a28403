"""What PostgreSQL complained about: its own log holds only how it started.

All else it writes as JSON, every statement of the shop beside it, for us to count.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SIZE = 4_000_000
"""Bytes of the end of that log that are read."""
KINDS = ("WARNING", "ERROR", "FATAL", "PANIC")


def complaints(folder: Path) -> list[str]:
    """Return a line for each complaint of the server that lives in *folder*, the oldest first."""
    newest = max((folder / "statements").glob("statements-*.json"), default=None)
    if newest is None:
        return []
    with suppress(OSError), newest.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - SIZE))
        return list(_said(file.read().splitlines()))
    return []


def _said(lines: list[bytes]) -> Iterator[str]:
    for line in lines:
        if not any(f'"error_severity":"{kind}"'.encode() in line for kind in KINDS):
            continue
        with suppress(ValueError, TypeError, AttributeError):  # cut off where we begin to read
            record = json.loads(line)
            when = str(record["timestamp"])[11:19]
            yield f"{when} {record['error_severity']}: {record['message']}"
