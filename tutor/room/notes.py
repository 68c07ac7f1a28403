"""What goes wrong while a room is served stands in the tutor's own log."""

import logging

from tutor.base import log


class TutorLog(logging.Handler):
    """Hands a record to the log of the tutor; never what somebody sent, only where it failed."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record down."""
        error = record.exc_info[1] if record.exc_info else None
        log.note(f"room: {record.getMessage()[:300]!r}", error)
