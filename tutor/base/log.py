"""The tutor's own log: what went wrong without ending anything, and whose fault it is.

``tutor.log`` in our folder, beside the journal. It is made when there is something to write, and a
second file keeps what was too old for the first.
"""

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.base.paths import data_root

if TYPE_CHECKING:
    import logging

LARGEST = 256 * 1024
"""Bytes of the file, before a new one is begun."""


def log_file() -> Path:
    """Return where the log is, or will be."""
    return data_root() / "tutor.log"


def note(message: str, error: BaseException | None = None) -> None:
    """Write *message* down, with the place *error* came from; that it cannot be is no failure."""
    _logger(log_file()).warning(message, exc_info=error)


@functools.cache
def _logger(path: Path) -> "logging.Logger":
    # Most commands never need it: it is not imported before.
    import logging
    from logging.handlers import RotatingFileHandler

    class SilentFileHandler(RotatingFileHandler):
        """Says nothing where it cannot write: a full disk has been told of by whoever needs it."""

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
            pass

        def shouldRollover(self, record: logging.LogRecord) -> int:  # noqa: N802 - logging's name
            # Whoever deletes the log wants a new one, not notes in a file that nobody can open.
            if self.stream and not path.exists():
                self.stream.close()
                self.stream = None
            return super().shouldRollover(record)

        def _open(self):  # type: ignore[no-untyped-def] # noqa: ANN202 - a text file, as its base
            path.parent.mkdir(parents=True, exist_ok=True)
            return super()._open()

    logger = logging.getLogger(f"tutor.{path}")
    logger.propagate = False
    # Whatever others in this process, the board of a room for one, ask of the root.
    logger.setLevel(logging.WARNING)
    handler = SilentFileHandler(path, maxBytes=LARGEST, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger.addHandler(handler)
    return logger
