"""The views of the running shop: all of them named, one in front, and what can be done in it."""

import re
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.markup import escape
from textual.widgets import ContentSwitcher

from tutor.tui.widgets.plain import Static
from tutor.tui.workbench.model import WorkModel
from tutor.tui.workbench.part import Part
from tutor.tui.workbench.view import View

KEY = re.compile(r"((?:^|  |\[@click=[^\]]+\]))(\S{1,7}) (?=\S)")
"""The key at the head of each thing that can be done."""


class ViewTab(Part):
    """The view in front between two lines of keys that can be clicked."""

    NAME = "view"
    DEFAULT_CSS = """
    ViewTab > ContentSwitcher { height: 1fr; }
    ViewTab #view-names, ViewTab #view-keys {
        height: auto; padding: 0 1; background: $surface; link-style: none;
    }
    """

    def __init__(self, model: WorkModel, views: Sequence[View]) -> None:
        super().__init__(model)
        self.views = {view.NAME: view for view in views}

    def compose(self) -> ComposeResult:
        """Yield the names of all views, and every view; one of them is seen."""
        yield Static(id="view-names")
        with ContentSwitcher(initial=self.model.view):
            yield from self.views.values()
        yield Static(id="view-keys")

    @property
    def in_front(self) -> View:
        """The view in front of the others."""
        return self.views[self.model.view]

    def title(self) -> str:
        """Return what the view in front is called: the tab has its name."""
        return self.in_front.title()

    def settle(self) -> None:
        """Show the view in front; fetch nothing while the tab is behind others."""
        self.entered()

    def entered(self) -> None:
        """Bring the chosen view to the front of the others, and what can be done in it."""
        view = self.in_front
        self.query_one(ContentSwitcher).current = view.NAME
        keys = KEY.sub(r"\1[bold]\2[/] ", view.keys_line())
        self.query_one("#view-keys", Static).update(Content.from_markup(keys))
        names = "  ".join(self._named(one) for one in self.views.values())
        self.query_one("#view-names", Static).update(Content.from_markup(names))
        view.entered()

    def _named(self, view: View) -> str:
        """Return key and name of *view*, as markup; what the level is about stands out."""
        style = "" if view.NAME in self.level.views else "$text-muted"
        style = "bold underline $text-primary" if view is self.in_front else style
        said = f"[bold]{escape(view.KEY)}[/] {escape(view.title())}"
        said = f"[{style}]{said}[/]" if style else said
        return f"[@click=screen.part('{view.NAME}','bring')]{said}[/]"

    def next_view(self) -> None:
        """Bring the level's next view to the front."""
        names = list(dict.fromkeys([*self.level.views, "logs", self.model.view]))
        at = names.index(self.model.view)
        self.views[names[(at + 1) % len(names)]].action_bring()
