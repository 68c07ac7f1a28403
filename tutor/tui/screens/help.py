"""The keys of the screen below, with what they do."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from tutor.tui.base import Dialog
from tutor.tui.keys import key


class HelpScreen(Dialog[None]):
    """Every key of *screen*."""

    CSS_PATH = "help.tcss"
    BINDINGS = [key("escape,question_mark,f1,q", "close", display="esc")]

    def __init__(self, screen: Screen[object]) -> None:
        super().__init__()
        self.about = screen

    def content(self) -> ComposeResult:
        """List the keys."""
        with VerticalScroll(classes="dialog", can_focus=True):
            yield Static(self.t("help.title"), classes="strong", markup=False)
            with Vertical(id="rows"):
                for names, tip in self._rows():
                    with Horizontal(classes="row"):
                        yield Static(names, classes="names", markup=False)
                        yield Static(tip, classes="tip", markup=False)
            yield Static(self.t("help.moving"), classes="muted", markup=False)

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one(VerticalScroll).focus()

    settle = on_mount

    def _rows(self) -> list[tuple[str, str]]:
        keys: dict[str, list[str]] = {}
        said: dict[str, str] = {}
        for name, active in self.about.active_bindings.items():
            binding = active.binding
            if not binding.id or binding.id == binding.tooltip:
                continue
            keys.setdefault(binding.id, []).append(self._display(name))
            said[binding.id] = binding.tooltip
        return [(" ".join(names), said[name]) for name, names in keys.items()]

    def _display(self, name: str) -> str:
        special = {
            "question_mark": "?",
            "escape": "esc",
            "left": "←",
            "right": "→",
            "backspace": "⌫",
        }
        return special.get(name, name.replace("ctrl+", "^"))

    def action_close(self) -> None:
        """Return to the screen below."""
        self.dismiss()
