"""A choice of one among a few."""

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tutor.tui.base import Dialog
from tutor.tui.keys import key


class ChoiceDialog(Dialog[str]):
    """Choose with the arrows and enter; escape changes nothing."""

    CSS_PATH = "choice.tcss"
    BINDINGS = [key("escape", "nothing", display="esc")]

    def __init__(
        self, title: str, choices: Mapping[str, str], current: str = "", *, how: str = ""
    ) -> None:
        super().__init__()
        self.question, self.choices, self.current = title, choices, current
        self.how = how

    def content(self) -> ComposeResult:
        """Show the choices."""
        with Vertical(classes="dialog"):
            yield Static(self.question, classes="strong", markup=False)
            rows = [
                Option(f"{'●' if name == self.current else '○'} {said}", id=name)
                for name, said in self.choices.items()
            ]
            yield OptionList(*rows, markup=False)
            yield Static(self.how or self.t("choice.how"), classes="muted", markup=False)

    def on_mount(self) -> None:
        """Begin at what is chosen now."""
        names = list(self.choices)
        chosen = names.index(self.current) if self.current in names else 0
        self.query_one(OptionList).highlighted = chosen

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Answer with the chosen row."""
        self.dismiss(event.option.id)

    def action_nothing(self) -> None:
        """Change nothing."""
        self.dismiss(None)
