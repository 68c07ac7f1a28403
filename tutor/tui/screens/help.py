"""What the screen below is for, and its keys with what they do."""

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen

from tutor.tui.base import Dialog
from tutor.tui.keys import key
from tutor.tui.widgets.plain import Static
from tutor.tui.wording import hanging

WIDE = 120
"""Columns from which the keys stand in two columns."""
WIDEST, WIDTH = 116, 78
"""Columns of the box: with two columns of keys, and with one."""
EDGES = 8
"""Columns of the box that are not text: border, padding and scrollbar."""
NAMES = 11
"""Columns for the names of a key."""
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
        with VerticalScroll(classes="dialog", can_focus=True):
            yield Static(self._purpose(), classes="purpose")
            yield Static(self.t("help.title"), classes="strong")
            yield Static(id="own", classes="rows")
            yield Static(self.t("help.everywhere"), classes="strong")
            yield Static(id="everywhere", classes="rows")
            yield Static(self.t("help.moving"), classes="muted")

    def _purpose(self) -> str:
        """Return what the screen below is for; nothing where nobody wrote it."""
        name = f"tui.help.about.{type(self.about).__name__}"
        return self.tutor.texts(name) if self.tutor.texts.has(name) else ""

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one(VerticalScroll).focus()
        self._lay_out()

    settle = on_mount

    def on_resize(self, event: events.Resize) -> None:
        """Use the room there is."""
        self._lay_out()

    def _lay_out(self) -> None:
        """Write the keys as one text: a widget for each would take its time to appear."""
        screen = self.app.size.width
        columns = 2 if screen >= WIDE else 1
        width = ((WIDEST if columns == 2 else min(WIDTH, screen)) - EDGES) // columns - columns + 1
        for name, rows in zip(("own", "everywhere"), self._rows(), strict=True):
            self.query_one(f"#{name}", Static).update(_listed(rows, columns, width))

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
        if self.tutor.texts.has(f"tui.key.{name}"):
            return self.t(f"key.{name}")
        return SPECIAL.get(name, name.replace("ctrl+", "^"))

    def action_close(self) -> None:
        """Return to the screen below."""
        self.dismiss()


def _listed(rows: list[tuple[str, str]], columns: int, width: int) -> Content:
    """Return the keys with what they do, in *columns* of *width*, the first ones on the left."""
    half = -(-len(rows) // columns)
    lists = [
        [line for row in rows[start : start + half] for line in _lines(row, width)]
        for start in range(0, len(rows), half or 1)
    ]
    lines: list[Content] = []
    for number in range(max(map(len, lists), default=0)):
        cells = [column[number] if number < len(column) else Content("") for column in lists]
        padded = [cell + " " * (width + 2 - len(cell.plain)) for cell in cells[:-1]]
        lines.append(Content("").join([*padded, cells[-1]]))
    return Content("\n").join(lines)


def _lines(row: tuple[str, str], width: int) -> list[Content]:
    names, tip = row
    mark = Content.styled(f"{names:<{NAMES - 1}} ", "bold $text-accent")
    return hanging(mark, Content(tip), width).split("\n", allow_blank=True)
