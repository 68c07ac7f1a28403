"""A win, celebrated: letters that rise unless the learner wants nothing to move."""

from textual.app import RenderResult
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

LETTERS = (
    "█   █▀▀ █ █ █▀▀ █     █ █ █▀█  █",
    "█   █▀▀ ▀▄▀ █▀▀ █     █ █ █▀▀  ▀",
    "▀▀▀ ▀▀▀  ▀  ▀▀▀ ▀▀▀   ▀▀▀ ▀    ▀",
)
FRAME = 0.04
"""Seconds between two frames."""
STEP = 2
"""Columns that appear with each."""


class Celebration(Widget):
    """Three lines of large letters, the medal's stars beside them."""

    DEFAULT_CSS = """
    Celebration { height: 3; width: 100%; color: $text-success; text-style: bold; }
    """

    def __init__(self, medal: str) -> None:
        super().__init__()
        self._medal = medal
        self._columns = len(LETTERS[0])
        """How many columns are there by now."""
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        """Begin to rise, unless the learner wants nothing to move."""
        if self.app.animation_level == "full":
            self._columns = 0
            self._timer = self.set_interval(FRAME, self._rise)

    def _rise(self) -> None:
        self._columns += STEP
        self.refresh()
        if self._columns >= len(LETTERS[0]) and self._timer:
            self._timer.stop()

    def render(self) -> RenderResult:
        """Draw what is there by now."""
        lines = [row[: self._columns] for row in LETTERS]
        if self._columns >= len(LETTERS[0]):
            lines[1] += f"   {self._medal}"
        return Content("\n".join(lines))
