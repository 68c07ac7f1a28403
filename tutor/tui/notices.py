"""Notices: few at a time, because each of them hides something, and none twice."""

from typing import Any

from textual.app import App

from tutor.tui.story import code

MOST = 3
"""Notices that are on the screen at once."""


class GivesNotice(App[int]):
    """The part of the app that says something for a moment."""

    def notify(self, message: str, **options: Any) -> None:
        """Show *message* for a moment, as it is; a notice has no look for code, only its words."""
        plain = code(message).plain
        self._make_room(plain)
        super().notify(plain, **options | {"markup": False})

    def _make_room(self, message: str) -> None:
        """Take away what *message* repeats, and the oldest where it would be one too many."""
        others = [note for note in self._notifications if note.message != message]
        kept = others[max(0, len(others) - (MOST - 1)) :]
        for note in list(self._notifications):
            if note not in kept:
                self._unnotify(note, refresh=False)
