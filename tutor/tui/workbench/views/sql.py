"""The SQL of a page."""

from collections.abc import Callable

from textual import on

from tutor.stack.site import Site
from tutor.tui.keys import key
from tutor.tui.widgets.sql_view import SqlView
from tutor.tui.workbench.messages import LineAsked
from tutor.tui.workbench.views.fetched import FetchedView
from tutor.views.sql import PageSql, sql_of_page


class PageStatements(FetchedView[PageSql]):
    """What a page asks the database, and the way from a statement to its line."""

    NAME = "sql"
    KEY = "q"
    KEYS = (*FetchedView.KEYS, key("i", "to_line", show=False))

    def picture(self) -> SqlView:
        """Return the list of statements."""
        return SqlView()

    def ask(self, site: Site) -> Callable[[], PageSql]:
        """Return what has the page asked for, and its statements noted."""
        page, cancel = self.model.page, self.cancel
        return lambda: sql_of_page(site, page, cancel)

    def show_found(self, found: PageSql | None) -> None:
        """Show the statements."""
        self.query_one(SqlView).show(found or PageSql(self.model.page), self.texts)

    def action_to_line(self) -> None:
        """Open the line that issues the statement under the cursor in the editor."""
        self.query_one(SqlView).go_to_line()

    @on(SqlView.Wanted)
    def go_to_line(self, message: SqlView.Wanted) -> None:
        """Ask for that line, where it is one of the learner's own."""
        message.stop()
        if self.model.shop.variant != "mine":
            self.news("look.not_mine", severity="warning")
        else:
            self.tell(LineAsked(message.place.file, message.place.line))
