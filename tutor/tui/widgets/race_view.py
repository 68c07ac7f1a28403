"""A race drawn live: a lane for each shop that takes its turn."""

from typing import Any

from textual.content import Content
from textual.widget import Widget

from tutor.curriculum.figures import RATIO
from tutor.tui.board import Board, RaceSoFar
from tutor.tui.widgets.chart import bars
from tutor.words.texts import Texts
from tutor.words.wording import lanes

NAME, TIMES = 16, 11
"""Columns of a shop's name and of its last time."""
CURVE = 16
"""Columns of the laps so far."""
STYLES = ("$text-warning", "$text-success", "$text-primary")
"""By lane; the name beside it says the same."""


class RaceView(Widget):
    """Who is how fast, lap by lap."""

    DEFAULT_CSS = """
    RaceView { height: 4; padding: 0 1; display: none; }
    RaceView.-on { display: block; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._what: tuple[Board, Texts] | None = None
        self._laps: tuple[Any, ...] = ()
        """How far the race was when it was drawn."""

    def show(self, board: Board, texts: Texts) -> None:
        """Show the race of *board*; nothing where there is none."""
        race = board.race
        self.set_class(race is not None and len(race.started.shops) > 1, "-on")
        if race is None:
            return
        result = board.measures.get(race.started.measure)
        laps = (id(race), sum(map(len, race.laps)), race.is_over, board.running, result)
        if laps != self._laps or self._what != (board, texts):
            self._laps, self._what = laps, (board, texts)
            self.refresh()

    def render(self) -> Content:
        """Draw the lanes as wide as there is room."""
        if self._what is None or self._what[0].race is None:
            return Content("")
        board, texts = self._what
        return self._race(self._what[0].race, board, texts)

    def _race(self, race: RaceSoFar, board: Board, texts: Texts) -> Content:
        if race.is_over:
            said = texts("tui.race.over", rounds=race.rounds)
        else:
            said = texts("tui.race.on", round=race.rounds + 1, rounds=race.started.rounds)
        lines = [Content.assemble((texts("tui.race.name"), "bold"), "  ", (said, "$text-muted"))]
        slowest = max((max(laps) for laps in race.laps if laps), default=0.0)
        for lane in range(len(race.laps)):
            on = board.running and not race.is_over and lane == race.turn
            lines.append(self._lane(race, lane, slowest, on, texts))
        lines.append(Content.styled(_so_far(race, board, texts), "$text-muted"))
        return Content("\n").join(lines)

    def _lane(self, race: RaceSoFar, lane: int, slowest: float, on: bool, texts: Texts) -> Content:
        laps, style = race.laps[lane], STYLES[lane % len(STYLES)]
        names = lanes(texts, race.started)
        wide = max(NAME - 2, 1 + max(map(len, names)))
        curve = bars(laps[-CURVE:], CURVE, 1, slowest, 1)[0] if laps else ""
        room = max(8, self.size.width - wide - 2 - TIMES - CURVE - 4)
        told = race.told_ms(lane)
        length = round(told / slowest * room) if told and slowest else 0
        track = "█" * max(length, 1 if laps else 0)
        return Content.assemble(
            (f"{'▶' if on else ' '} {names[lane]:<{wide}}", "bold" if on else ""),
            (track, style),
            ("·" * (room - len(track)), "$text-muted"),
            (f" {texts.number(told):>{TIMES - 5}} ms  ", "bold"),
            (curve.ljust(CURVE), style),
        )


def _so_far(race: RaceSoFar, board: Board, texts: Texts) -> str:
    """Say how the last shop compares with the first one: as the goal does, where one is about it.

    Before that was measured, by their middle laps.
    """
    if not all(race.laps):
        return texts("tui.race.begins")
    measure, shops = race.started.measure, race.started.shops
    unit, result = texts.unit(board.level, measure), board.measures.get(measure)
    first, last = (sorted(laps)[len(laps) // 2] for laps in (race.laps[0], race.laps[-1]))
    if result is None and measure.endswith(RATIO) and first:
        result = round(last / first, 2)
    named = lanes(texts, race.started)
    if unit and result is not None:
        return f"{named[-1]}: {texts.number(result)} {unit}"
    if shops[0] == shops[-1] or not first:
        return ""
    percent = texts.number(round(100 * last / first))
    return texts("tui.race.so_far", percent=percent, last=named[-1], first=named[0])
