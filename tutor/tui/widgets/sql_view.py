"""The SQL of one page: a line per shape of statement, one of them opened."""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from tutor.tui.widgets.plain import OptionList, Static
from tutor.tui.widgets.stack_view import level_bar
from tutor.views.sql import PageSql, Place, Repeated, brief
from tutor.views.wording import places, summary, variety
from tutor.words.texts import Texts

BAR = 8
"""Columns of the bar of the most frequent statement."""
OFTEN = 10
"""Times from which a statement counts as repeated."""


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
    SqlView #statement {
        height: auto; max-height: 50%; padding: 0 1; border-top: solid $border; display: none;
    }
    SqlView #statement.-open { display: block; }
    SqlView #statement Static { width: 100%; height: auto; }
    """

    @dataclass
    class Wanted(Message):
        """The learner wants to see the line that issues a statement."""

        place: Place

    def __init__(self) -> None:
        super().__init__()
        self._page = PageSql("")
        self._texts: Texts | None = None

    def compose(self) -> ComposeResult:
        """Yield the sum, the groups and the place for one statement."""
        yield Static(id="sql-said")
        yield OptionList(id="groups")
        with VerticalScroll(id="statement", can_focus=False):
            yield Static()

    def show(self, page: PageSql, texts: Texts) -> None:
        """Show what a page asks."""
        self._page, self._texts = page, texts
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
        place = group.places[0] if group.places else None
        return Content.assemble(
            (f"{group.times:>5}× ", "bold"),
            (bar, style),
            (f" {_rounded(group.milliseconds, texts):>5} ms  ", "$text-muted"),
            brief(group.shape),
            "\n",
            " " * 6,
            ("▸ ", style),
            (", ".join(places(texts, group)), "$text-primary"),
            (f"  {place.code}" if place else "", "$text-muted"),
        )

    def _show_statement(self) -> None:
        group, texts = self.highlighted, self._texts
        if group is None or texts is None:
            self.query_one("#statement").remove_class("-open")
            return
        place = group.places[0] if group.places else None
        via = f" · {texts('sql.via', via=place.via)}" if place and place.via else ""
        said = Content.assemble(
            (f"{', '.join(places(texts, group))}{via}", "$text-primary"),
            (f"\n{variety(texts, group)}" if group.times > 1 else "", "$text-muted"),
            f"\n{group.example}",
        )
        self.query_one("#statement Static", Static).update(said)

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
        self.query_one("#statement").toggle_class("-open")


def _rounded(milliseconds: float, texts: Texts) -> str:
    return texts.fixed(milliseconds, 1 if milliseconds < 10 else 0)
