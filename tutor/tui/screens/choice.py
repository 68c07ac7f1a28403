"""A choice of one among a few."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets.option_list import Option

from tutor.tui.base import Dialog, said
from tutor.tui.keys import key
from tutor.tui.ports import Choices, Said
from tutor.tui.story import code
from tutor.tui.widgets.plain import OptionList, Static


class ChoiceDialog(Dialog[str]):
    """Choose with the arrows and enter; escape changes nothing."""

    CSS_PATH = "choice.tcss"
    BINDINGS = [key("escape", "nothing", display="esc")]

    def __init__(
        self,
        title: Said,
        choices: Choices | Callable[[], Choices],
        current: str = "",
        *,
        how: Said = "",
    ) -> None:
        super().__init__()
        self.question, self._choices, self.current = title, choices, current
        self.how = how

    @property
    def choices(self) -> Choices:
        """What there is to choose from, in the learner's language."""
        return self._choices() if callable(self._choices) else self._choices

    def content(self) -> ComposeResult:
        """Show the choices."""
        with Vertical(classes="dialog"):
            yield Static(code(said(self.question)), classes="strong")
            rows = [
                Option(code(f"{'●' if name == self.current else '○'} {text}"), id=name)
                for name, text in self.choices.items()
            ]
            yield OptionList(*rows)
            how = said(self.how) or self.t("choice.how")
            yield Static(code(how), classes="muted")

    def on_mount(self) -> None:
        """Begin at what is chosen now."""
        self.settle()

    def settle(self) -> None:
        """Put the focus on what is chosen now."""
        names = list(self.choices)
        chosen = names.index(self.current) if self.current in names else 0
        rows = self.query_one(OptionList)
        rows.highlighted = chosen
        rows.focus()

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Answer with the chosen row."""
        self.dismiss(event.option.id)

    def action_nothing(self) -> None:
        """Change nothing."""
        self.dismiss(None)
