"""Looks at the shop that is served: the SQL of a page, two visits, queues and workers."""

from collections.abc import Callable
from typing import Any

from textual import on
from textual.content import Content
from textual.widgets import TabbedContent

from tutor.errors import Cancelled, ShopError, TutorError, unforeseen
from tutor.probes.jobs import Listener
from tutor.stack.site import Site
from tutor.tui.bench.base import Bench
from tutor.tui.widgets.look_pane import LookPane
from tutor.tui.widgets.queue_view import QueueView
from tutor.tui.widgets.sql_view import SqlView
from tutor.tui.widgets.visits_view import VisitsView
from tutor.views.pair import Pair
from tutor.views.queue import broker_port, work_of
from tutor.views.sql import PageSql, sql_of_page
from tutor.views.visits import STRANGER, Visits

PAIRS = (
    (STRANGER, STRANGER),
    (STRANGER, "gina"),
    ("gina", STRANGER),
    ("gina", "asha"),
    ("tomas", "lotte"),
)
"""Who may come, in the order of their coming."""


RELOAD = 1.0
"""Seconds in which a shop begins anew with the files that were saved."""
FETCHED = ("sql", "visits")
"""The looks that ask the shop something; the others come by themselves."""


class LooksIntoShop(Bench):
    """The part of the workbench that looks at the running shop; it judges nothing."""

    # -- which look ------------------------------------------------------------------------------

    def action_view(self, name: str) -> None:
        """Bring the look *name* to the front."""
        self.looks.view = name
        self.show_tab("view")
        self.call_after_refresh(self.focus_tab)

    def next_view(self) -> None:
        """Bring the level's next look to the front."""
        views = list(dict.fromkeys([*self.level.views, "logs", self.looks.view]))
        at = views.index(self.looks.view)
        self.action_view(views[(at + 1) % len(views)])

    def bring_view(self) -> None:
        """Show the chosen look, and look anew where what it has is old."""
        if not self.laid_out:
            return
        view = self.looks.view
        tab = self.query_one("#tabs", TabbedContent).get_tab("view")
        tab.label = self.tab_label("view")
        self.query_one(LookPane).bring(view, self.tutor.texts)
        self.show_look()
        if self.in_front == "logs":
            self.read_log()
        elif self.tab == "view" and self._is_old():
            self.look()

    def _is_old(self) -> bool:
        looks = self.looks
        return looks.view in FETCHED and (looks.stale or looks.result is None)

    # -- looking ---------------------------------------------------------------------------------

    def action_look_again(self) -> None:
        """Look at the shop as it is now."""
        if self.board.running and not self.board.quick:
            # It would take its time from the visitors who are measured.
            self.news("look.wait_for_end", severity="warning")
        else:
            self.look()

    def look(self) -> None:
        """Fetch what the look shows, off the event loop; one at a time."""
        looks, site = self.looks, self._site()
        if looks.view not in FETCHED or (self.board.running and not self.board.quick):
            self.show_look()
        elif looks.busy:
            looks.stale = True
        elif site is None:
            self.show_look()
        else:
            looks.busy, looks.stale = True, False
            self.show_look()
            job = self._sql_job(site) if looks.view == "sql" else self._visits_job(site)
            self.background(job, self._take_look, group="look")

    def _site(self) -> Site | None:
        if not self.shop_url:
            return None
        site: Site | None = self.tutor.showroom.site
        return site

    def _sql_job(self, site: Site) -> Callable[[], Any]:
        page, cancel = self.looks.page, self.looks.cancel
        return lambda: explained(lambda: sql_of_page(site, page, cancel))

    def _visits_job(self, site: Site) -> Callable[[], Any]:
        looks = self.looks
        page = looks.page

        def ask() -> Pair:
            if looks.visits is None:
                looks.visits = Visits(site, looks.who)
            return looks.visits.ask(page)

        return lambda: explained(ask)

    def _take_look(self, found: Any) -> None:
        looks = self.looks
        looks.busy = False
        if isinstance(found, TutorError):
            looks.error = found
        elif not isinstance(found, Cancelled):
            looks.error = found.trouble
            looks.keep(found)
        self.show_look()
        if looks.stale and self.tab == "view":
            self.look()

    def show_look(self) -> None:
        """Show what was seen last, and what there is to say of it."""
        if not self.laid_out or not self.query(LookPane):
            return
        looks, texts = self.looks, self.tutor.texts
        if looks.view == "sql":
            self.query_one(SqlView).show(looks.sql or PageSql(looks.page), texts)
        elif looks.view == "visits":
            self.query_one(VisitsView).show(looks.pair or Pair(looks.page), texts)
        elif looks.view == "queue":
            self.show_work()
        self.query_one(LookPane).tell(self._look_news())

    def _look_news(self) -> Content:
        looks = self.looks
        if looks.view not in FETCHED:
            return Content("")
        if looks.busy:
            return Content.styled(f"◐ {self.t('look.busy', page=looks.page)}", "$text-accent")
        if self.shop_error is not None:
            return _warning(self.t("look.no_shop"))
        if not self.shop_url:
            return Content.styled(f"◐ {self.t('shop.still_starting')}", "$text-muted")
        if looks.result is None and self.board.running and not self.board.quick:
            return Content.styled(f"· {self.t('look.wait_for_end')}", "$text-muted")
        if looks.error is not None:
            return self._trouble(looks.error)
        if looks.stale:
            return Content.styled(f"· {self.t('look.stale')}", "$text-muted")
        return Content("")

    def _trouble(self, error: TutorError) -> Content:
        """Say what is wrong, with the last lines of the traceback."""
        message, hint = self.tutor.texts.error(error)
        tail = str(error.params.get("tail") or "") if isinstance(error, ShopError) else ""
        told = _warning(f"{message} {hint}".strip())
        return Content.assemble(told, (f"\n{tail}" if tail else "", "$text-muted"))

    # -- what makes a look old -------------------------------------------------------------------

    def files_changed(self) -> None:
        """What was seen was of the files as they were."""
        self.looks.stale = self.looks.result is not None or self.looks.stale
        if self.tab != "view" or self.shop_variant != "mine":
            return
        if self.looks.view == "visits":
            # They are answered by the shop itself, which begins anew after a save.
            self.set_timer(RELOAD, self.look)
        else:
            self.look()

    def shop_changed(self) -> None:
        """Another shop answers: whoever came before comes anew."""
        self.looks.forget()
        if self.tab == "view":
            self.look()
        self.show_look()

    # -- which page, and who comes ---------------------------------------------------------------

    def action_other_page(self) -> None:
        """Ask for the page to look at."""
        self.tutor.navigator.ask_word(
            lambda: self.t("look.which_page"),
            self.looks.page,
            self._look_at_page,
            how=lambda: self.t("look.how"),
        )

    def _look_at_page(self, page: str | None) -> None:
        if page:
            self.looks.page = path_in(page)
            self.looks.sql = self.looks.pair = None
            self.action_look_again()

    def action_other_visitors(self) -> None:
        """Ask who shall come, and let them come with empty hands."""
        choices = {" ".join(pair): self._named(pair) for pair in PAIRS}
        self.tutor.navigator.choose(
            self.t("look.who"),
            choices,
            " ".join(self.looks.who),
            self._invite,
            how=self.t("look.who_how"),
        )

    def _named(self, pair: tuple[str, str]) -> str:
        first, second = (self.tutor.texts(f"visits.who.{name}") for name in pair)
        return self.t("look.pair", first=first, second=second)

    def _invite(self, choice: str | None) -> None:
        if choice:
            first, _, second = choice.partition(" ")
            self.looks.who = (first, second)
            self.looks.part()
            self.action_look_again()

    # -- from the statement to the line ----------------------------------------------------------

    def action_to_line(self) -> None:
        """Open the line that issues the statement under the cursor in the editor."""
        self.query_one(SqlView).go_to_line()

    @on(SqlView.Wanted)
    def go_to_line(self, message: SqlView.Wanted) -> None:
        """Show that line in the editor."""
        message.stop()
        if self.shop_variant != "mine":
            self.news("look.not_mine", severity="warning")
        else:
            self.edit_at(message.place.file, message.place.line)

    # -- queues ----------------------------------------------------------------------------------

    def take_work(self) -> None:
        """Listen to the workers of the shop that the monitor is about, and show what they do."""
        looks, reading = self.looks, self.board.reading
        if "queue" not in (*self.level.views, looks.view):
            return
        port = broker_port(reading)
        if looks.listener is not None and looks.listener.port != port:
            looks.listener.close()
            looks.listener = None
        if looks.listener is None and port and not self.watching.is_set():
            looks.listener = Listener(port)
        if self.in_front == "queue":
            self.show_work()

    def show_work(self) -> None:
        """Show queues and workers as they are by now."""
        listener = self.looks.listener
        work = work_of(self.board.reading, listener.read() if listener else None)
        waited = self.board.history.of_service(self.board.site, "redis", "waiting")
        for view in self.query(QueueView):
            view.show(work, waited, self.tutor.texts)


def _warning(text: str) -> Content:
    return Content.styled(f"✖ {text}", "$text-warning")


def path_in(typed: str) -> str:
    """Return the path of a page, however it was typed."""
    _, sign, rest = typed.partition("://")
    path = f"/{rest.partition('/')[2]}" if sign else typed
    return path if path.startswith("/") else f"/{path}"


def explained(job: Callable[[], Any]) -> Any:
    """Return what *job* returns, or the error it ends in: a look that fails is no dialog."""
    try:
        return job()
    except (Cancelled, TutorError) as error:
        return error
    except Exception as error:  # noqa: BLE001 - the worker's boundary: it ends in a sentence
        return unforeseen(error)
