"""The editor in the game."""

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import TextArea


class Editor(TextArea):
    """A text area that escape leaves."""

    @dataclass
    class Left(Message):
        """The learner pressed escape in the editor."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, show_line_numbers=True, soft_wrap=False, tab_behavior="indent", read_only=True)

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self.post_message(self.Left())
        else:
            await super()._on_key(event)
