"""What all views of the running shop share."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.binding import Binding

from tutor.tui.keys import key
from tutor.tui.workbench.model import WorkModel
from tutor.tui.workbench.part import Part


class View(Part):
    """One view; it judges nothing.

    The catalogue has its words: ``tui.look.<name>`` is what it is called, ``tui.look.keys_<name>``
    what can be done in it, and ``tui.keys.view_<name>`` with ``tui.tips.view_<name>`` its key.
    """

    KEY: ClassVar[str]
    """The key that brings it to the front, from everywhere in the workbench."""

    def __init__(self, model: WorkModel, **options: Any) -> None:
        super().__init__(model, id=self.NAME, **options)

    def own_keys(self) -> Sequence[Binding]:
        """Return its own keys, after the one that brings it to the front."""
        return [key(self.KEY, "bring", f"view_{self.NAME}", show=False), *self.KEYS]

    def title(self) -> str:
        """Return what the view is called."""
        return self.t(f"look.{self.NAME}")

    def keys_line(self) -> str:
        """Return what can be done, as markup with links."""
        return self.t(f"look.keys_{self.NAME}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the keys of a view where it is in front."""
        return action == "bring" or self.is_in_front

    def action_bring(self) -> None:
        """Bring the view to the front."""
        self.bench.bring("view", self.NAME, focus=True)
