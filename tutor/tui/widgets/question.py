"""A line that asks something and can be clicked."""

from tutor.tui.widgets.plain import Static


class Question(Static):
    """One line; a click does what its key does."""

    DEFAULT_CSS = """
    Question { height: auto; max-height: 2; padding: 0 2; background: $surface; }
    Question:hover { background: $panel; }
    """

    async def on_click(self) -> None:
        """Ask."""
        await self.run_action("screen.diagnose")
