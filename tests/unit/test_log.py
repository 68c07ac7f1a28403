"""The tutor's own log."""

import logging
from pathlib import Path

from tutor.base import log


def test_a_note_is_written_whatever_others_ask_of_the_root(home: Path) -> None:
    """A web server in this process wants errors only; ours is a file of its own."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.CRITICAL)
    try:
        log.note("the incense went out")
    finally:
        root.setLevel(before)

    assert "the incense went out" in log.log_file().read_text()


def test_a_log_that_was_deleted_is_begun_anew(home: Path) -> None:
    """Whoever cleans up while the game is open still learns what goes wrong after that."""
    log.note("the incense went out")
    log.log_file().unlink()

    log.note("the candles, too")

    assert "the candles, too" in log.log_file().read_text()
