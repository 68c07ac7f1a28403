"""The editor in the game."""

from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from tutor.tui.highlight import spans

LARGEST_COLOURED = 60_000
"""Characters. Larger files stay plain: every keystroke colours anew."""
COLOURS = {
    "comment": "text-muted",
    "string": "text-success",
    "number": "text-warning",
    "keyword": "text-primary",
    "function": "text-accent",
    "name": "text-secondary",
    "sign": "text-warning",
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
        self._marked = 0
        super().__init__(
            id=id, show_line_numbers=True, soft_wrap=False, tab_behavior="indent", read_only=True
        )

    def on_mount(self) -> None:
        """Take the colours of the theme, now and whenever it changes; blink where things move."""
        self.cursor_blink = self.app.animation_level != "none"
        self.app.theme_changed_signal.subscribe(self, lambda _: self._take_colours())
        self._take_colours()

    def show_file(self, name: str, text: str) -> None:
        """Show *text*, the content of the file *name*."""
        self.file = name
        self.load_text(text)

    def mark(self, line: int) -> None:
        """Put a sign beside the number of *line*, from 1; 0 takes it away."""
        if line != self._marked:
            self._marked = line
            self._line_cache.clear()
            self.refresh()

    def _render_line(self, y: int) -> Strip:
        strip = super()._render_line(y)
        if self._marked and y + self.scroll_offset.y == self._marked - 1:
            at = self.gutter_width - 2
            style = Style.parse(self.app.theme_variables["error"]) + Style(bold=True)
            before, _, after = strip.divide([at, at + 1, strip.cell_length])
            return Strip.join([before, Strip([Segment("✖", style)], 1), after])
        return strip

    def _take_colours(self) -> None:
        variables = self.app.theme_variables
        styles = {
            style: Style.parse(variables[name][:7])
            for style, name in COLOURS.items()
            if variables.get(name, "").startswith("#")
        }
        numbers, here = Style.parse(variables["text-muted"]), Style.parse(variables["foreground"])
        theme = TextAreaTheme(
            "tutor", gutter_style=numbers, cursor_line_gutter_style=here, syntax_styles=styles
        )
        self.register_theme(theme)
        self.theme = "css"
        self.theme = "tutor"
        # Lines that were drawn between the two keep the old colours.
        self.call_after_refresh(self._draw_anew)

    def _draw_anew(self) -> None:
        self._line_cache.clear()
        self.refresh()

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
