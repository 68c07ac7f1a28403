"""A line that asks something and can be clicked."""

from dataclasses import dataclass

from textual.message import Message

from tutor.tui.widgets.plain import Static


class Question(Static):
    """One line; a click does what its key does."""

    DEFAULT_CSS = """
    Question { height: auto; max-height: 3; padding: 0 2; background: $surface; }
    Question:hover { background: $panel; }
    """

    @dataclass
    class Pressed(Message):
        """The learner clicked the question."""

    def on_click(self) -> None:
        """Tell of the click."""
        self.post_message(self.Pressed())
