"""A level is won: the medal, and what became of the figures."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from textual import events
from textual.app import ComposeResult
from textual.containers import Center, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.texts import Texts
from tutor.tui import wording
from tutor.tui.art.logo import spelled
from tutor.tui.art.medal import medal
from tutor.tui.base import Dialog
from tutor.tui.keys import key
from tutor.tui.widgets.figures import ROWS

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

    def content(self) -> ComposeResult:
        """Show title, medal and bars."""
        with Vertical(id="win"):
            with Center():
                yield Static(id="level-up")
            yield Static(id="won-what", markup=False)
            with Horizontal(id="figures-of-win"):
                with Vertical(id="medal-side"):
                    yield Static(id="medal")
                    yield Static(id="medal-name", markup=False)
                yield Static(id="before-after")
            yield Static(self.t("win.how"), id="how", markup=False)

    def on_mount(self) -> None:
        """Let it grow where things may move; else it is simply there."""
        if self.tutor.motion:
            self._step = 0
            self._timer = self.set_interval(PACE, self._grow)
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

    def _medal(self) -> str:
        """Return the medal that counts."""
        won = self.finished.verdict.medal
        gold_is_gone = self.session.level_progress(self.level).answer_seen and won == "gold"
        return "silver" if gold_is_gone or won is None else won.value

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
        pairs = before_and_after(self.level, self.finished.measures, self.tutor.texts)
        for name, before, after in pairs:
            lines.append(Content.styled(name, "$text-muted"))
            most = max(before, after) or 1
            lines.append(self._bar(before, most, "tui.win.before", "$text-warning", 1.0))
            lines.append(self._bar(after, most, "tui.win.after", "$text-success", self._grown))
        return Content("\n").join(lines)

    @property
    def _grown(self) -> float:
        """How much of the fall from before to after has happened by now, from 0 to 1."""
        return self._step / STEPS

    def _bar(self, value: float, most: float, key: str, style: str, grown: float) -> Content:
        long = BAR * (1 - (1 - value / most) * grown)
        cells = max(1, round(long))
        word = self.tutor.texts(key)
        return Content.assemble(f"{word:<9}", ("█" * cells, style), f" {wording.number(value)}")


def before_and_after(
    level: Level, measures: Mapping[str, Any], texts: Texts
) -> list[tuple[str, float, float]]:
    """Return name, value of the broken shop and value of the learner's, as far as both are known.

    Where the run measured no broken shop beside it, Betty's first figure stands for it.
    """
    return list(_pairs(level, measures, texts))[:MOST]


def _pairs(
    level: Level, measures: Mapping[str, Any], texts: Texts
) -> Iterator[tuple[str, float, float]]:
    begun = level.betty.get("before", {})
    for betty, name, (broken, mine) in ROWS:
        before = measures.get(broken, begun.get(betty))
        after = measures.get(mine)
        if _is_number(before) and _is_number(after) and name != "rps":
            yield texts(f"tui.figures.{name}"), before, after
    known = {mine for _, _, (_, mine) in ROWS}
    for goal in level.goals:
        before, after = measures.get(f"broken_{goal.measure}"), measures.get(goal.measure)
        if goal.measure not in known and _is_number(before) and _is_number(after):
            known.add(goal.measure)
            yield texts.unit(level, goal.measure), before, after


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
