"""What is drawn during a run: chosen by the level, true between waves too."""

from dataclasses import replace

import pytest

from tests.tui import fakes
from tutor.curriculum import Level, load_levels
from tutor.curriculum.figures import CHARTS, chart_names
from tutor.events import LoadSampled, LoadStarted, Measured
from tutor.judge import GoalResult, Medal
from tutor.tui.board import Board
from tutor.tui.charts import charts
from tutor.tui.leads import Lead
from tutor.tui.widgets.chart import LINE, drawn
from tutor.tui.widgets.meter import meter
from tutor.words.texts import Texts

LEVELS = load_levels()


def drawn_for(level: Level, load: LoadStarted, *users: int) -> list[Lead]:
    """Return the charts after samples with so many at work."""
    board = Board(level)
    board.begin(quick=False)
    board.apply(load)
    for second, at_work in enumerate(users, 1):
        board.apply(LoadSampled(second, at_work, 40 * second, second // 2, 40.0, 20.0, 60.0))
    return charts(board, Texts("en"))


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_every_level_chooses_at_least_four_charts_that_there_are(level: Level) -> None:
    """A large terminal is full, and no name is a slip."""
    assert len(level.charts) >= 4
    assert set(level.charts) <= set(chart_names())


def test_a_level_that_chooses_nothing_has_charts_all_the_same() -> None:
    """Throughput, latency and errors are there wherever visitors come."""
    names = [lead.name for lead in drawn_for(replace(LEVELS[0], charts=()), LoadStarted(4, 5), 4)]

    assert names == ["Throughput", "Latency", "Errors"]
    assert CHARTS[-1] == "servers.cpu"


def test_between_two_waves_nobody_is_at_work_and_the_visitors_still_count() -> None:
    """The chart says who comes, not who is being served at this moment."""
    level = replace(LEVELS[0], charts=("throughput",))

    (closed,) = drawn_for(level, LoadStarted(4, 5), 4, 0)
    (waves,) = drawn_for(level, LoadStarted(37, 9, 18.5), 37, 0)

    assert closed.detail == "4 visitors · 1 wrong"
    assert waves.detail == "18.5 visitors/s · 1 wrong"


def test_errors_are_drawn_as_they_come_and_told_in_sum() -> None:
    """Two wrong answers in four samples are two bars, not a hill that never falls."""
    level = replace(LEVELS[0], charts=("errors",))

    (errors,) = drawn_for(level, LoadStarted(4, 5), 4, 4, 4, 4)

    assert errors.values == [0, 1, 0, 1]
    assert errors.newest == "2"


def test_statements_are_drawn_run_by_run_beside_the_best_bound() -> None:
    """What earlier runs measured comes first, what this one measured last."""
    board = Board(replace(LEVELS[0], charts=("queries",)), earlier={"queries": [1292, 201]})
    board.apply(Measured("queries", 12))

    (queries,) = charts(board, Texts("en"))

    assert list(queries.values) == [1292, 201, 12]
    assert queries.limit == 12


def test_a_figure_of_the_monitor_stays_after_the_run() -> None:
    """The shop under test is gone by then; what was seen of it is not."""
    board = Board(replace(LEVELS[0], charts=("gunicorn.busy",)))
    board.begin(quick=False)
    board.watch(fakes.reading({"gunicorn": ("mine", 50.0, {"busy": 3, "places": 4})}))
    board.watch(fakes.reading())
    board.end()

    (busy,) = charts(board, Texts("en"))

    assert (busy.values, busy.limit) == ([3.0], 4.0)


def test_a_limit_is_a_line_behind_the_bars() -> None:
    """It stands at its height, and no bar is hidden by it."""
    lead = Lead("connections", "", [5, 20, 10], 20, "", limit=20)

    rows = drawn(lead, 12, 4).plain.splitlines()

    assert LINE in rows[0]
    assert "█" in rows[0]
    assert not any(LINE in row for row in rows[1:])


@pytest.mark.parametrize(
    ("value", "at_most", "at_least", "line"),
    [
        (None, 212, None, "─────┃────"),
        (106, 212, None, "━━───┃────"),
        (1292, 212, None, "━━━━━┃━━━▶"),
        (0, 0, None, "┃─────────"),
        (3, 0, None, "┃━━━━━━━━▶"),
        (95, None, 90, "━━━━━━━━━┃"),
    ],
)
def test_a_value_is_drawn_against_its_bound(
    value: float | None, at_most: float | None, at_least: float | None, line: str
) -> None:
    """The bound has its place whatever was measured; what is beyond ends in an arrow."""
    goal = GoalResult("x", Medal.BRONZE, "x", value, at_most, at_least, met=False)

    assert meter(goal, 10).plain == line
