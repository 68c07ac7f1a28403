"""The SQL of one page: a line per shape of statement, one of them opened."""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from tutor.tui.keys import key, translate
from tutor.tui.widgets.plain import OptionList, Static
from tutor.tui.widgets.stack_view import level_bar
from tutor.tui.wording import hanging
from tutor.views.sql import PageSql, Place, Repeated, brief
from tutor.views.wording import places, summary, variety
from tutor.words.texts import Texts

BAR = 8
"""Columns of the bar of the most frequent statement."""
COLUMNS = 76
"""Those of a line in a small terminal."""
OFTEN = 10
"""Times from which a statement counts as repeated."""


class Statement(VerticalScroll, can_focus=True):
    """One statement in full; where it is longer than its place, the keys go to it."""

    DEFAULT_CSS = """
    Statement {
        height: auto; max-height: 50%; padding: 0 1; border-top: solid $border; display: none;
        scrollbar-size-vertical: 1;
    }
    Statement.-open { display: block; }
    Statement Static { width: 100%; height: auto; }
    """
    BINDINGS = [key("enter,escape", "close_statement", show=False, display="enter")]

    @dataclass
    class Closed(Message):
        """The learner has read it."""

    def show(self, said: Content, texts: Texts) -> None:
        """Show a statement from its beginning."""
        translate(self._bindings, texts)
        self.query_one(Static).update(said)
        self.scroll_home(animate=False)

    def compose(self) -> ComposeResult:
        """Yield the text."""
        yield Static()

    def action_close_statement(self) -> None:
        """Tell that it has been read."""
        self.post_message(self.Closed())


class SqlView(Vertical):
    """Statements grouped by shape; enter opens one of them in full."""

    DEFAULT_CSS = """
    SqlView { height: 1fr; }
    SqlView #sql-said { height: auto; padding: 0 1; background: $surface; }
    SqlView #groups {
        height: 1fr; border: none; padding: 0 1; background: $background;
        text-wrap: nowrap; text-overflow: ellipsis; scrollbar-size-vertical: 1;
    }
    SqlView #groups > .option-list--option-highlighted {
        background: $primary 25%; color: $foreground; text-style: bold;
    }
    """

    @dataclass
    class Wanted(Message):
        """The learner wants to see the line that issues a statement."""

        place: Place

    def __init__(self) -> None:
        super().__init__()
        self._page = PageSql("")
        self._texts: Texts | None = None
        self._drawn_for = COLUMNS

    def on_resize(self) -> None:
        """Draw the lines anew where there is more room, or less."""
        if self._texts is not None and self._columns != self._drawn_for:
            self.show(self._page, self._texts)

    def compose(self) -> ComposeResult:
        """Yield the sum, the groups and the place for one statement."""
        yield Static(id="sql-said")
        yield OptionList(id="groups")
        yield Statement(id="statement")

    def show(self, page: PageSql, texts: Texts) -> None:
        """Show what a page asks."""
        self._page, self._texts, self._drawn_for = page, texts, self._columns
        lines = Content("\n").join([Content(line) for line in summary(texts, page)])
        self.query_one("#sql-said", Static).update(lines)
        self.query_one("#sql-said").display = bool(page.status) and page.trouble is None
        groups = self.query_one("#groups", OptionList)
        at = groups.highlighted
        most = max([OFTEN, *(group.times for group in page.groups)])
        groups.clear_options()
        groups.add_options([Option(self._line(group, most, texts)) for group in page.groups])
        if page.groups:
            groups.highlighted = min(at or 0, len(page.groups) - 1)
        self._show_statement()

    def _line(self, group: Repeated, most: int, texts: Texts) -> Content:
        style = "$text-warning" if group.times >= OFTEN else "$text-accent"
        bar = level_bar(100 * group.times / most, BAR).replace("·", " ")
        upper = Content.assemble(
            (f"{group.times:>5}× ", "bold"),
            (bar, style),
            (f" {_rounded(group.milliseconds, texts):>5} ms  ", "$text-muted"),
            brief(group.shape),
        )
        room = self._columns
        issued = Content.styled(", ".join(places(texts, group)), "$text-primary")
        # A path is never cut; the line of code behind it gives way.
        lower = hanging(Content.assemble(" " * 6, ("▸ ", style)), issued, room)
        if group.places and lower.plain.count("\n") == 0:
            lower += Content.styled(f"  {group.places[0].code}", "$text-muted")
        return Content("\n").join([upper, lower])

    @property
    def _columns(self) -> int:
        """The columns of a line; those of a small terminal while nobody sees it."""
        width = self.query_one("#groups").scrollable_content_region.width
        return width or COLUMNS

    def _show_statement(self) -> None:
        group, texts = self.highlighted, self._texts
        if group is None or texts is None:
            self._close()
            return
        place = group.places[0] if group.places else None
        via = f" · {texts('sql.via', via=place.via)}" if place and place.via else ""
        said = Content.assemble(
            (f"{', '.join(places(texts, group))}{via}", "$text-primary"),
            (f"\n{place.code}" if place and place.code else "", "$text-muted"),
            (f"\n{variety(texts, group)}" if group.times > 1 else "", "$text-muted"),
            f"\n{group.example}",
        )
        self.query_one(Statement).show(said, texts)

    @property
    def highlighted(self) -> Repeated | None:
        """The group under the cursor."""
        at = self.query_one("#groups", OptionList).highlighted
        known = self._page.groups
        return known[at] if at is not None and at < len(known) else None

    def go_to_line(self) -> None:
        """Ask for the line that issues the statement under the cursor."""
        group = self.highlighted
        place = next((p for p in group.places if p.file), None) if group else None
        if place is not None:
            self.post_message(self.Wanted(place))

    @on(OptionList.OptionHighlighted, "#groups")
    def follow(self, event: OptionList.OptionHighlighted) -> None:
        """Show the statement under the cursor, where one is open."""
        event.stop()
        self._show_statement()

    @on(OptionList.OptionSelected, "#groups")
    def toggle(self, event: OptionList.OptionSelected) -> None:
        """Open the statement, or close it."""
        event.stop()
        statement = self.query_one(Statement)
        statement.toggle_class("-open")
        self.call_after_refresh(self._reach)

    def _reach(self) -> None:
        """Let the keys scroll a statement that is longer than its place."""
        statement = self.query_one(Statement)
        if statement.has_class("-open") and statement.max_scroll_y > 0:
            statement.focus()

    @on(Statement.Closed)
    def close(self, event: Statement.Closed) -> None:
        """Close the statement, and return to the list."""
        event.stop()
        self._close()

    def _close(self) -> None:
        statement = self.query_one(Statement)
        if statement.has_focus:
            self.query_one("#groups").focus()
        statement.remove_class("-open")


def _rounded(milliseconds: float, texts: Texts) -> str:
    return texts.fixed(milliseconds, 1 if milliseconds < 10 else 0)
