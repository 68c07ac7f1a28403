"""Two visits to a page, side by side."""

from collections.abc import Callable

from tutor.stack.site import Site
from tutor.tui.keys import key
from tutor.tui.widgets.visits_view import VisitsView
from tutor.tui.workbench.model import WorkModel
from tutor.tui.workbench.views.fetched import FetchedView
from tutor.views.pair import Pair
from tutor.views.visits import STRANGER, Visits

PAIRS = (
    (STRANGER, STRANGER),
    (STRANGER, "gina"),
    ("gina", STRANGER),
    ("gina", "asha"),
    ("tomas", "lotte"),
)
"""Who may come, in the order of their coming."""


class TwoVisits(FetchedView[Pair]):
    """What two visitors get of the same page."""

    NAME = "visits"
    KEY = "p"
    KEYS = (*FetchedView.KEYS, key("n", "other_visitors", show=False))
    RELOAD = 1.0

    def __init__(self, model: WorkModel) -> None:
        super().__init__(model)
        self._who = (STRANGER, STRANGER)
        self._visits: Visits | None = None
        """The two visitors with their cookies; None before they came."""

    def picture(self) -> VisitsView:
        """Return the table."""
        return VisitsView()

    def ask(self, site: Site) -> Callable[[], Pair]:
        """Return what has both ask for the page."""
        page = self.model.page

        def ask() -> Pair:
            if self._visits is None:
                self._visits = Visits(site, self._who)
            return self._visits.ask(page)

        return ask

    def show_found(self, found: Pair | None) -> None:
        """Show both visits."""
        self.query_one(VisitsView).show(found or Pair(self.model.page), self.texts)

    def forget(self) -> None:
        """Send the visitors home, too: they come anew to another shop."""
        super().forget()
        self._part()

    def _part(self) -> None:
        """Send the visitors home: the next ones come with empty hands."""
        if self._visits is not None:
            self._visits.close()
        self._visits = self.fetch.found = None

    def action_other_visitors(self) -> None:
        """Ask who shall come, and let them come with empty hands."""
        self.tutor.navigator.choose(
            self.t("look.who"),
            {" ".join(pair): self._named(pair) for pair in PAIRS},
            " ".join(self._who),
            self._invite,
            how=self.t("look.who_how"),
        )

    def _named(self, pair: tuple[str, str]) -> str:
        first, second = (self.texts(f"visits.who.{name}") for name in pair)
        return self.t("look.pair", first=first, second=second)

    def _invite(self, choice: str | None) -> None:
        if choice:
            first, _, second = choice.partition(" ")
            self._who = (first, second)
            self._part()
            self.action_again()
