"""A level is won: the medal, and what became of the figures."""

from collections.abc import Iterator, Mapping
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Center, Horizontal, Vertical
from textual.content import Content

from tutor.base.numeric import is_number
from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.judge import Medal, is_enough
from tutor.learner.results import counted_medal
from tutor.tui import wording
from tutor.tui.art.logo import spelled
from tutor.tui.art.medal import medal
from tutor.tui.base import Dialog
from tutor.tui.keys import key
from tutor.tui.widgets.figures import ROWS, before_in
from tutor.tui.widgets.plain import Static
from tutor.words.rendering import rendered
from tutor.words.texts import Texts

PACE = 1 / 15
"""Seconds between two steps of what moves."""
STEPS = 18
"""How many it takes until everything is there."""
BAR = 28
"""Columns of the longest bar."""
MOST = 3
"""How many figures are worth a bar."""


class WinScreen(Dialog[None]):
    """The moment of the level-up; any key goes on, and does what it does there."""

    CSS_PATH = "win.tcss"
    BINDINGS = [key("enter,space,escape", "go_on_from_win", display="enter")]

    def __init__(self, level: Level, finished: RunFinished) -> None:
        super().__init__()
        self.level, self.finished = level, finished
        self._step = STEPS
        self._first: Mapping[str, Any] = {}
        """What the first runs measured that did not win."""

    def content(self) -> ComposeResult:
        """Show title, medal and bars."""
        with Vertical(id="win"):
            with Center():
                yield Static(id="level-up")
            yield Static(id="won-what")
            with Horizontal(id="figures-of-win"):
                with Vertical(id="medal-side"):
                    yield Static(id="medal")
                    yield Static(id="medal-name")
                yield Static(id="before-after")
            yield Static(self.t("win.how"), id="how")

    def on_mount(self) -> None:
        """Let it grow where things may move; else it is simply there."""
        if self.tutor.preferences.motion:
            self._step = 0
            self._timer = self.set_interval(PACE, self._grow)
        self.settle()
        self.background(
            lambda: self.session.history.first_measures(self.level), self._compare, group="first"
        )

    def _compare(self, first: Mapping[str, Any]) -> None:
        self._first = first
        self.settle()

    def _grow(self) -> None:
        self._step += 1
        if self._step >= STEPS:
            self._timer.stop()
        self.settle()

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the new size."""
        self.settle()

    def settle(self) -> None:
        """Draw what is there by now."""
        if not self.query("#medal"):
            return
        colours, texts = self.app.theme_variables, self.tutor.texts
        word = self.t("win.word")
        self.query_one("#level-up", Static).update(
            spelled(word, colours["success"], colours["accent"])
        )
        outcome = texts("outcome.won").upper()
        title = f"✔  {outcome}   {self.level.number}  {self.level.title[self.language]}"
        self.query_one("#won-what", Static).update(title)
        name = self._medal()
        self.query_one("#medal", Static).update(medal(name, self._step / STEPS))
        self.query_one("#medal-name", Static).update(wording.medal(texts, name))
        self.query_one("#before-after", Static).update(self._bars())

    def _medal(self) -> Medal:
        """Return the medal that counts."""
        counted = counted_medal(self.finished, self.session.level_progress(self.level))
        return counted or Medal.BRONZE

    def on_key(self, event: events.Key) -> None:
        """Go on with any key, and hand it on: whoever wants the lesson gets it at once."""
        event.stop()
        self.dismiss()
        if event.key not in ("enter", "space", "escape"):
            self.app.call_later(self.app.post_message, events.Key(event.key, event.character))

    def action_go_on_from_win(self) -> None:
        """Show the verdict."""
        self.dismiss()

    # -- figures ---------------------------------------------------------------------------------

    def _bars(self) -> Content:
        lines: list[Content] = []
        texts = self.tutor.texts
        pairs = before_and_after(self.level, self._first, self.finished.measures, texts)
        for name, before, after in pairs:
            lines.append(Content.styled(name, "$text-muted"))
            most = max(before, after) or 1
            lines.append(self._bar(before, most, "tui.win.before", "$text-warning", 1.0))
            lines.append(self._bar(after, most, "tui.win.after", "$text-success", self._grown))
        if not pairs:
            for value, unit in values_of(self.level, self.finished.measures, texts):
                lines += [
                    Content.styled(value, "bold $text-success"),
                    Content.styled(f"{unit}\n", "$text-muted"),
                ]
        return Content("\n").join(lines)

    @property
    def _grown(self) -> float:
        """How much of the fall from before to after has happened by now, from 0 to 1."""
        return self._step / STEPS

    def _bar(self, value: float, most: float, key: str, style: str, grown: float) -> Content:
        long = BAR * (1 - (1 - value / most) * grown)
        cells = max(1 if value else 0, round(long))
        texts = self.tutor.texts
        number = f" {texts.number(value)}"
        return Content.assemble(f"{texts(key):<9}", ("█" * cells, style), number)


def before_and_after(
    level: Level, first: Mapping[str, Any], measures: Mapping[str, Any], texts: Texts
) -> list[tuple[str, float, float]]:
    """Return name, value before and value now, as far as both are known and differ.

    Before is the broken shop, in the learner's *first* run or beside theirs, else the talk's Betty.
    """
    what = f"The figures before and after {level.slug}"
    return rendered(lambda: list(_pairs(level, first, measures, texts))[:MOST], list, what)


def values_of(level: Level, measures: Mapping[str, Any], texts: Texts) -> list[tuple[str, str]]:
    """Return value and unit of what the goals asked, where there is nothing to compare it with."""
    known = {g.measure: measures[g.measure] for g in level.goals if g.measure in measures}
    return rendered(
        lambda: [
            (texts.number(value), unit)
            for measure, value in known.items()
            if is_number(value) and (unit := texts.unit(level, measure, value))
        ][:MOST],
        list,
        f"The figures of {level.slug}",
    )


def _pairs(
    level: Level, first: Mapping[str, Any], measures: Mapping[str, Any], texts: Texts
) -> Iterator[tuple[str, float, float]]:
    begun = level.betty.get("before", {})
    told = {mine: texts(f"tui.figures.{name}") for _, name, mine in ROWS}
    goals = {goal.measure: texts.unit(level, goal.measure) for goal in level.goals}
    for measure, name in {**goals, **told}.items():
        known = (before_in(measure, measures, first), begun.get(measure))
        before = next((value for value in known if is_number(value)), None)
        after = measures.get(measure)
        if before is None or not is_number(after) or before == after or measure == "rps":
            continue
        # What was enough before anything was mended is no merit of the repair.
        if measure in told or not is_enough(level.goals, measure, before):
            yield name, before, after
