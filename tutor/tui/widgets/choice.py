"""One line of a menu."""

from textual.widgets import Button


class Choice(Button, inherit_css=False):
    """A button without borders, variants and the fifty rules for them.

    Textual reads those before the first frame, and asks each of them about each button.
    """

    DEFAULT_CSS = """
    Choice {
        width: 100%;
        height: auto;
        line-pad: 1;
        text-align: center;
        content-align: center middle;
        text-style: bold;
        pointer: pointer;

        &:focus { background-tint: $foreground 5%; }
        &.-active { tint: $background 30%; }
    }
    """
