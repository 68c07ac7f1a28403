"""The editor in the game."""

from dataclasses import dataclass

from rich.style import Style
from textual import events
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from tutor.tui.highlight import spans

LARGEST_COLOURED = 60_000
"""Characters. Larger files stay plain: every keystroke colours anew."""
COLOURS = {
    "comment": "foreground-muted",
    "string": "text-success",
    "number": "text-warning",
    "keyword": "text-primary",
    "function": "text-accent",
}
"""By style, the variable of the theme that colours it."""


class Editor(TextArea):
    """A text area that escape leaves."""

    @dataclass
    class Left(Message):
        """The learner pressed escape in the editor."""

    def __init__(self, *, id: str) -> None:
        self.file = ""
        """The name that says how to colour the text."""
        super().__init__(
            id=id, show_line_numbers=True, soft_wrap=False, tab_behavior="indent", read_only=True
        )

    def on_mount(self) -> None:
        """Take the colours of the app's theme, now and whenever it changes."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._take_colours())
        self._take_colours()

    def show_file(self, name: str, text: str) -> None:
        """Show *text*, the content of the file *name*."""
        self.file = name
        self.load_text(text)

    def _take_colours(self) -> None:
        variables = self.app.theme_variables
        styles = {
            style: Style.parse(variables[name][:7])
            for style, name in COLOURS.items()
            if variables.get(name, "").startswith("#")
        }
        self.register_theme(TextAreaTheme("tutor", syntax_styles=styles))
        self.theme = "css"
        self.theme = "tutor"

    def _build_highlight_map(self) -> None:
        """Colour the text; the base class would need a parser that is not installed."""
        self._line_cache.clear()
        self._highlights.clear()
        if len(self.text) <= LARGEST_COLOURED:
            self._highlights.update(spans(self.file, self.text))

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self.post_message(self.Left())
        else:
            await super()._on_key(event)
