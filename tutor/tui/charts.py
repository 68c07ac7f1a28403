"""What is drawn during a run: the charts that the level chooses, as far as there are values."""

from collections.abc import Iterator
from itertools import pairwise

from tutor.base.numeric import is_number
from tutor.curriculum.figures import CHARTS, OF_RUNS
from tutor.curriculum.level import Level
from tutor.stack.naming import TESTED
from tutor.tui.board import Board
from tutor.tui.leads import Lead, newest_of, of_monitor
from tutor.tui.wording import smooth
from tutor.words.rendering import rendered_rows
from tutor.words.texts import Texts

MOST = 4
"""How many charts a large terminal has room for."""


def charts(board: Board, texts: Texts) -> list[Lead]:
    """Return the charts of *board*, the most telling first."""
    wanted = board.level.charts or CHARTS
    return [lead for name in wanted for lead in _drawn(name, board, texts)][:MOST]


def _drawn(name: str, board: Board, texts: Texts) -> list[Lead]:
    """Return the charts of *name*; a chart without values where they cannot be drawn."""
    return rendered_rows(lambda: _of(name, board, texts), lambda: Lead(name, "", [], 0, ""), name)


def _of(name: str, board: Board, texts: Texts) -> Iterator[Lead]:
    if name == "throughput":
        yield _throughput(board, texts)
    elif name == "latency":
        yield _latency(board, texts)
    elif name == "errors":
        yield _errors(board, texts)
    elif name in OF_RUNS:
        yield _runs(name, board, texts)
    else:
        yield from _monitored(name, board, texts)


def _throughput(board: Board, texts: Texts) -> Lead:
    values = smooth([sample.rps for sample in board.samples])
    detail = f"{visitors(board, texts)} · {wrong(board, texts)}" if values else ""
    name, newest = texts("tui.chart.throughput"), newest_of(values, texts)
    return Lead(name, texts("tui.chart.rps"), values, 0, detail, newest=newest)


def visitors(board: Board, texts: Texts) -> str:
    """Say who comes: so many at a time, or so many per second.

    Locust counts those who are at work at this moment; in waves, and at the end, that is nobody.
    """
    if board.load is None:
        return ""
    if board.load.rate:
        return texts("tui.chart.arrivals", rate=texts.number(board.load.rate))
    at_once = max([sample.users for sample in board.samples], default=board.load.users)
    return texts("tui.chart.users", users=at_once)


def wrong(board: Board, texts: Texts) -> str:
    """Say how many answers were wrong or failed."""
    failures = board.samples[-1].failures if board.samples else 0
    return texts("tui.chart.failures", failures=failures)


def _latency(board: Board, texts: Texts) -> Lead:
    p95 = [sample.p95_ms for sample in board.samples]
    p50 = [sample.p50_ms for sample in board.samples]
    median = texts("tui.chart.median", ms=texts.number(round(p50[-1]))) if p50 else ""
    newest = newest_of(p95, texts)
    return Lead(texts("tui.chart.latency"), "ms", p95, 0, median, inner=p50, newest=newest)


def _errors(board: Board, texts: Texts) -> Lead:
    so_far = [0, *(sample.failures for sample in board.samples)]
    values = [float(after - before) for before, after in pairwise(so_far)]
    last = board.samples[-1] if board.samples else None
    of = texts("tui.chart.of_requests", requests=last.requests) if last else ""
    newest = texts.number(last.failures) if last else ""
    return Lead(texts("tui.chart.errors"), texts("tui.chart.wrong"), values, 0, of, newest=newest)


def _runs(measure: str, board: Board, texts: Texts) -> Lead:
    values = list(board.earlier.get(measure, ()))
    now = board.measures.get(measure)
    if is_number(now):
        values.append(float(now))
    unit = texts.unit(board.level, measure)
    limit = best_bound(board.level, measure)
    detail = texts("tui.chart.runs", count=len(values), bound=texts.number(limit)) if values else ""
    name, newest = texts("tui.chart.page"), newest_of(values, texts)
    return Lead(name, unit, values, 0, detail, limit=limit, newest=newest)


def best_bound(level: Level, measure: str) -> float:
    """Return the bound that the best medal sets for *measure*; 0 where none does."""
    bounds = [goal.at_most for goal in level.goals if goal.measure == measure]
    return min((bound for bound in bounds if bound is not None), default=0)


def _monitored(name: str, board: Board, texts: Texts) -> Iterator[Lead]:
    if board.watched.newest:
        yield from of_monitor(name, board.watched, TESTED, texts)
    else:
        yield from of_monitor(name, board.history, board.site, texts)
