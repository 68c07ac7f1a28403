"""Write files so that a crash, a kill or a full disk leaves the old one whole."""

import contextlib
import errno
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from tutor.base.errors import TutorError

FULL = (errno.ENOSPC, errno.EDQUOT)
"""The errors with which the kernel says that a disk, or somebody's share of it, is full."""


def write_atomic(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Replace *path* by *data* in one step.

    Raises:
        TutorError: the disk is full or the folder cannot be written; *path* is as it was.
    """
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise cannot_write(path, error) from error


def remove(path: Path) -> None:
    """Remove the file *path*; one that is gone already is fine.

    Raises:
        TutorError: the folder cannot be written.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error


def write_json(path: Path, data: Any, *, mode: int = 0o644) -> None:
    """Replace *path* by *data* as JSON, in one step."""
    write_atomic(path, _json(data), mode=mode)


def _json(data: Any) -> bytes:
    # Half characters, as in the names of files that are no text, are written as JSON escapes.
    text = json.dumps(data, indent=1, ensure_ascii=False)
    return text.encode(errors="backslashreplace") + b"\n"


def whole_lines(data: bytes) -> list[bytes]:
    """Return the lines in *data*, but a last one without its end: somebody is writing it still.

    The kernel shows a reader what has been written up to the end of a page of memory.
    """
    return data[: data.rfind(b"\n") + 1].splitlines()


def cannot_write(path: Path, error: OSError) -> TutorError:
    """Return the error that says why *path* could not be written, and what to do."""
    if error.errno in FULL:
        return TutorError.named("disk_full", path=path)
    return TutorError.named("cannot_write", path=path, reason=error.strerror or error)
