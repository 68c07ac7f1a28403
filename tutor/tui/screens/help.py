"""What the screen below is for, and its keys with what they do."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from tutor.tui.base import Dialog
from tutor.tui.keys import key

WIDE = 120
"""Columns from which the keys stand in two columns."""
SPECIAL = {
    "question_mark": "?",
    "escape": "esc",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "backspace": "⌫",
}


class HelpScreen(Dialog[None]):
    """Every key of *screen*, its own first, then those that work everywhere."""

    CSS_PATH = "help.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    BINDINGS = [key("escape,question_mark,f1,q", "close", display="esc")]

    def __init__(self, screen: Screen[object]) -> None:
        super().__init__()
        self.about = screen

    def content(self) -> ComposeResult:
        """Say what the screen is for, and list the keys."""
        own, everywhere = self._rows()
        with VerticalScroll(classes="dialog", can_focus=True):
            yield Static(self._purpose(), classes="purpose", markup=False)
            yield Static(self.t("help.title"), classes="strong", markup=False)
            yield from self._listed(own)
            yield Static(self.t("help.everywhere"), classes="strong", markup=False)
            yield from self._listed(everywhere)
            yield Static(self.t("help.moving"), classes="muted", markup=False)

    def _purpose(self) -> str:
        """Return what the screen below is for; nothing where nobody wrote it."""
        name = f"tui.help.about.{type(self.about).__name__}"
        return self.tutor.texts(name) if self.tutor.texts.has(name) else ""

    def _listed(self, rows: list[tuple[str, str]]) -> ComposeResult:
        with Vertical(classes="rows"):
            for names, tip in rows:
                with Horizontal(classes="row"):
                    yield Static(names, classes="names", markup=False)
                    yield Static(tip, classes="tip", markup=False)

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one(VerticalScroll).focus()
        self._lay_out()

    settle = on_mount

    def on_resize(self, event: events.Resize) -> None:
        """Use the room there is."""
        self._lay_out()

    def _lay_out(self) -> None:
        columns = 2 if self.app.size.width >= WIDE else 1
        for rows in self.query(".rows"):
            rows.styles.grid_size_columns = columns

    def _rows(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Return the keys of the screen, and those of the whole game."""
        keys: dict[str, list[str]] = {}
        said: dict[str, str] = {}
        ours: set[str] = set()
        for name, active in self.about.active_bindings.items():
            binding = active.binding
            if not binding.id or binding.id == binding.tooltip:
                continue
            keys.setdefault(binding.id, []).append(self._display(name))
            said[binding.id] = binding.tooltip
            if active.node is self.app:
                ours.add(binding.id)
        own = [(" ".join(names), said[name]) for name, names in keys.items() if name not in ours]
        everywhere = [(" ".join(names), said[name]) for name, names in keys.items() if name in ours]
        return own, everywhere

    def _display(self, name: str) -> str:
        return SPECIAL.get(name, name.replace("ctrl+", "^"))

    def action_close(self) -> None:
        """Return to the screen below."""
        self.dismiss()
