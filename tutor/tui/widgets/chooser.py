"""A list whose enter key says what it does."""

from tutor.tui.keys import key, translate
from tutor.tui.widgets.plain import OptionList


class Chooser(OptionList):
    """A list of options; *enter* names the key that chooses one."""

    def __init__(self, *, enter: str, id: str) -> None:
        super().__init__(id=id)
        self._enter = enter

    def on_mount(self) -> None:
        """Name the key in the learner's language."""
        self._bindings.key_to_bindings["enter"] = [key("enter", "select", self._enter)]
        translate(self._bindings, self.app.texts)  # type: ignore[attr-defined]
