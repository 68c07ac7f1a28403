"""What views that ask the shop for a page share: one question at a time, and what came of it."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget

from tutor.base.cancel import Cancel
from tutor.base.errors import Cancelled, ShopError, TutorError, unforeseen
from tutor.stack.site import Site
from tutor.tui.keys import key
from tutor.tui.widgets.plain import Static
from tutor.tui.workbench.model import Fetch, WorkModel
from tutor.tui.workbench.view import View
from tutor.views.pair import Pair
from tutor.views.sql import PageSql
from tutor.views.together import Together

Found = TypeVar("Found", PageSql, Pair, Together)


class FetchedView(View, Generic[Found]):
    """A line of news over what the shop answered."""

    KEYS: ClassVar[Sequence[Binding]] = (
        key("g", "again", "look_again", show=False),
        key("t", "other_page", show=False),
    )
    DEFAULT_CSS = """
    FetchedView .view-news { height: auto; max-height: 12; padding: 0 1; display: none; }
    FetchedView .view-news.-told { display: block; }
    """
    RELOAD = 0.0
    """Seconds to wait after a save, where the shop itself has to begin anew."""

    def __init__(self, model: WorkModel) -> None:
        super().__init__(model)
        self.fetch: Fetch[Found] = Fetch()
        self.cancel = Cancel()

    def compose(self) -> ComposeResult:
        """Yield the news over what came."""
        yield Static(classes="view-news")
        yield self.picture()

    @abstractmethod
    def picture(self) -> Widget:
        """Return the widget that shows what came."""

    @abstractmethod
    def ask(self, site: Site) -> Callable[[], Found]:
        """Return what asks *site*, off the event loop."""

    @abstractmethod
    def show_found(self, found: Found | None) -> None:
        """Show what came; None before anything did."""

    # -- asking ----------------------------------------------------------------------------------

    @property
    def found(self) -> Found | None:
        """What came last, of the page that is looked at."""
        return self.fetch.of(self.model.page)

    def entered(self) -> None:
        """Show what came, and ask anew where it is old."""
        self.settle()
        if self.is_in_front and (self.fetch.stale or self.found is None):
            self.ask_shop()

    def end(self) -> None:
        """Wait for no answer any more."""
        self.cancel.set()

    def ask_shop(self) -> None:
        """Ask for the page, off the event loop; one question at a time."""
        fetch, site = self.fetch, self._site()
        if not self.model.is_measuring and site is not None:
            if fetch.busy:
                fetch.stale = True
                return
            fetch.busy, fetch.stale, fetch.page = True, False, self.model.page
            ask = self.ask(site)
            self.background(lambda: attempted(ask), self._take, group="look")
        self.settle()

    def _site(self) -> Site | None:
        if not self.model.shop.url:
            return None
        site: Site | None = self.tutor.showroom.site
        return site

    def _take(self, answer: Any) -> None:
        fetch = self.fetch
        fetch.busy = False
        if isinstance(answer, TutorError):
            fetch.error = answer
        elif not isinstance(answer, Cancelled):
            fetch.error, fetch.found = answer.trouble, answer
        self.settle()
        if fetch.stale and self.is_in_front:
            self.ask_shop()

    # -- what makes it old -----------------------------------------------------------------------

    def files_saved(self, names: Sequence[str]) -> None:
        """What came was of the files as they were."""
        fetch = self.fetch
        fetch.stale = fetch.stale or self.found is not None
        if not self.is_in_front or self.model.shop.variant != "mine":
            return
        if self.RELOAD:
            self.set_timer(self.RELOAD, self.ask_shop)
        else:
            self.ask_shop()

    def shop_changed(self) -> None:
        """Another shop answers: forget the one before."""
        self.forget()
        if self.is_in_front:
            self.ask_shop()
        self.settle()

    def forget(self) -> None:
        """Forget what came."""
        self.fetch.found, self.fetch.error, self.fetch.stale = None, None, False

    # -- showing ---------------------------------------------------------------------------------

    def settle(self) -> None:
        """Show what came last, and what there is to say of it."""
        self.show_found(self.found)
        news, line = self._news(), self.query_one(".view-news", Static)
        line.update(news)
        line.set_class(bool(news.plain), "-told")

    def _news(self) -> Content:
        fetch, shop = self.fetch, self.model.shop
        if fetch.busy:
            return Content.styled(f"◐ {self.t('look.busy', page=self.model.page)}", "$text-accent")
        if shop.error is not None:
            return _warning(self.t("look.no_shop"))
        if not shop.url:
            return Content.styled(f"◐ {self.t('shop.still_starting')}", "$text-muted")
        if self.found is None and self.model.is_measuring:
            return Content.styled(f"· {self.t('look.wait_for_end')}", "$text-muted")
        if fetch.error is not None:
            return self._trouble(fetch.error)
        if fetch.stale:
            return Content.styled(f"· {self.t('look.stale')}", "$text-muted")
        return Content("")

    def _trouble(self, error: TutorError) -> Content:
        """Say what is wrong, with the last lines of the traceback."""
        tail = str(error.params.get("tail") or "") if isinstance(error, ShopError) else ""
        told = _warning(self.texts.error_line(error))
        return Content.assemble(told, (f"\n{tail}" if tail else "", "$text-muted"))

    # -- keys ------------------------------------------------------------------------------------

    def action_again(self) -> None:
        """Ask the shop as it is now."""
        if self.model.is_measuring:
            # It would take its time from the visitors who are measured.
            self.news("look.wait_for_end", severity="warning")
        else:
            self.ask_shop()

    def action_other_page(self) -> None:
        """Ask for the page to look at."""
        self.tutor.navigator.ask_word(
            lambda: self.t("look.which_page"),
            self.model.page,
            self._look_at_page,
            how=lambda: self.t("look.how"),
        )

    def _look_at_page(self, page: str | None) -> None:
        if page:
            self.model.page = path_in(page)
            self.fetch.found = None
            self.action_again()


def _warning(text: str) -> Content:
    return Content.styled(f"✖ {text}", "$text-warning")


def path_in(typed: str) -> str:
    """Return the path of a page, however it was typed."""
    _, sign, rest = typed.partition("://")
    path = f"/{rest.partition('/')[2]}" if sign else typed
    return path if path.startswith("/") else f"/{path}"


def attempted(job: Callable[[], Any]) -> Any:
    """Return what *job* returns, or the error it ends in: a page that fails is no dialog."""
    try:
        return job()
    except (Cancelled, TutorError) as error:
        return error
    except Exception as error:  # noqa: BLE001 - the worker's boundary: it ends in a sentence
        return unforeseen(error)
