"""A crowd that asks for a page at once."""

from collections.abc import Callable

from tutor.stack.site import Site
from tutor.tui.widgets.together_view import TogetherView
from tutor.tui.workbench.model import WorkModel
from tutor.tui.workbench.views.fetched import FetchedView
from tutor.views.together import Crowds, Together


class CrowdAtOnce(FetchedView[Together]):
    """How often PostgreSQL is asked the same thing when twenty come together."""

    NAME = "together"
    KEY = "f"
    RELOAD = 1.0

    def __init__(self, model: WorkModel) -> None:
        super().__init__(model)
        self._crowds: Crowds | None = None
        """Who comes; None before they came to this shop."""

    def picture(self) -> TogetherView:
        """Return the list of statements."""
        return TogetherView()

    def ask(self, site: Site) -> Callable[[], Together]:
        """Return what has twenty ask for the page."""
        page, cancel = self.model.page, self.cancel
        if self._crowds is None:
            self._crowds = Crowds(site)
        crowds = self._crowds
        return lambda: crowds.ask(page, cancel)

    def show_found(self, found: Together | None) -> None:
        """Show what the crowd cost."""
        self.query_one(TogetherView).show(found or Together(self.model.page), self.texts)

    def forget(self) -> None:
        """Forget the shop to which they came, too."""
        super().forget()
        self._crowds = None
