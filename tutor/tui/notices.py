"""Notices: few at a time, because each of them hides something, and none twice."""

from typing import Any

from textual.app import App

MOST = 3
"""Notices that are on the screen at once."""


class GivesNotice(App[int]):
    """The part of the app that says something for a moment."""

    def notify(self, message: str, **options: Any) -> None:
        """Show *message* for a moment, as it is; a notice has no look for code, only its words."""
        # The first frame says nothing yet.
        from tutor.tui.story import code

        super().notify(code(message).plain, **options | {"markup": False})

    def _refresh_notifications(self) -> None:
        """Take away what is said again, and the oldest where there are too many; show the rest."""
        newest = {note.message: note for note in self._notifications}
        kept = list(newest.values())[-MOST:]
        for note in list(self._notifications):
            if note not in kept:
                self._unnotify(note, refresh=False)
        super()._refresh_notifications()
