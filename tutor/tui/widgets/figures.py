"""Before and after, as bars: what was measured first, what is measured now, and Betty's figures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from textual.content import Content

from tutor.base.numeric import is_number
from tutor.curriculum import Level
from tutor.curriculum.figures import RATIO
from tutor.learner.untouched import before_of, number_of
from tutor.words.rendering import rendered
from tutor.words.texts import Texts

ROWS = (
    ("queries", "queries", "queries"),
    ("milliseconds", "ms", "shop_ms"),
    ("rps", "rps", "rps"),
)
"""Betty's key, the name of the row, and the measure of the learner's shop."""
TIMES = {"shop_ms": "broken_ms"}
"""What is compared within one run, and with which measure of it; all else, with what was first."""
WIDEST = 72
"""The columns that a verdict has in a terminal of 80."""
LABEL, VALUE = 10, 8
"""Columns of what a bar is, and of its number."""
BAR = WIDEST - LABEL - VALUE
MUTED = "$text-muted"
MOST = 5
"""Rows that are drawn; more would tell less."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measure before and after."""

    name: str
    before: Any = None
    now: Any = None
    betty_before: Any = None
    betty_after: Any = None

    @property
    def says_something(self) -> bool:
        """Return whether there is anything to compare: nothing that stayed nothing is no news."""
        mine = (self.before, self.now) if self.is_measured_twice else ()
        return any((*mine, self.betty_before, self.betty_after))

    @property
    def is_measured_twice(self) -> bool:
        """Return whether there is a before: a bar alone is as long as it likes."""
        return self.before is not None and self.now is not None


def figures(
    level: Level,
    measures: Mapping[str, Any],
    texts: Texts,
    *,
    first: Mapping[str, Any] | None = None,
    grown: float = 1.0,
) -> Content | None:
    """Return the bars; None where neither Betty nor a run has a figure.

    *first* has what was measured before anything was mended.
    """
    what = f"The figures of {level.slug}"
    return rendered(lambda: _figures(level, measures, first or {}, texts), lambda: None, what)


def _figures(
    level: Level, measures: Mapping[str, Any], first: Mapping[str, Any], texts: Texts
) -> Content | None:
    rows = [row for row in _rows(level, measures, first, texts) if row.says_something]
    if not rows:
        return None
    return Content("\n").join([line for row in rows[:MOST] for line in _drawn(row, texts)])


def _rows(
    level: Level, measures: Mapping[str, Any], first: Mapping[str, Any], texts: Texts
) -> Iterator[Row]:
    """Yield what Betty has figures of, then what the level's goals are about."""
    betty = level.betty.get("before", {}), level.betty.get("after", {})
    named = [(key, texts(f"tui.figures.{name}"), mine) for key, name, mine in ROWS]
    own = dict.fromkeys(key for side in betty for key in side if texts.unit(level, key))
    own |= dict.fromkeys(g.measure for g in level.goals if not g.measure.endswith(RATIO))
    seen = set()
    of_level = [(key, texts.unit(level, key), key) for key in own]
    for key, name, mine in [*named[:2], *of_level, *named[2:]]:
        if mine not in seen:
            seen.add(mine)
            before = before_in(mine, measures, first)
            yield Row(name, before, measures.get(mine), betty[0].get(key), betty[1].get(key))


def before_in(measure: str, run: Mapping[str, Any], first: Mapping[str, Any]) -> float | None:
    """Return what the broken shop had, as far as that was measured."""
    beside = number_of(TIMES.get(measure, ""), run)
    return before_of(measure, run, first) if beside is None else beside


def _drawn(row: Row, texts: Texts) -> Iterator[Content]:
    """Yield the lines of one measure: its name, a bar for each value there is, Betty's below."""
    yield Content.styled(row.name, "bold")
    numbers = [value for value in (row.before, row.now) if is_number(value)]
    top = max([*numbers, 0]) or 1
    if row.is_measured_twice:
        yield _bar(texts("tui.figures.before"), row.before, top, "$text-warning", texts)
        yield _bar(texts("tui.figures.now"), row.now, top, "$text-success", texts)
    elif row.now is not None:
        yield _labelled(texts("tui.figures.now"), texts.number(row.now))
    if row.betty_before is not None or row.betty_after is not None:
        pair = f"{texts.number(row.betty_before)} → {texts.number(row.betty_after)}"
        yield _labelled(texts("tui.figures.betty"), pair, MUTED)


def _labelled(label: str, said: str, style: str = "bold") -> Content:
    return Content.assemble((f"  {label:<{LABEL - 2}}", MUTED), (said, style))


def _bar(label: str, value: Any, top: float, style: str, texts: Texts) -> Content:
    """Return one bar with its number behind it."""
    length = round(value / top * BAR) if is_number(value) and value > 0 else 0
    drawn = "█" * max(length, 1 if length == 0 and value else 0)
    return Content.assemble(
        (f"  {label:<{LABEL - 2}}", MUTED),
        (drawn, style),
        (f" {texts.number(value)}", "bold"),
    )
