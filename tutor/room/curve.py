"""Who was where, and when: a picture for the projector, without a name in it."""

from collections import Counter
from dataclasses import dataclass

from tutor.room.state import RoomState

WIDTH, HEIGHT = 600, 200
STEPS = 60
"""Points in time."""


@dataclass(frozen=True, slots=True)
class Area:
    """The seats in one level, over time."""

    level: str
    points: str
    """As an SVG polygon has them."""
    now: int


def areas(room: RoomState, slugs: list[str], now: float) -> list[Area]:
    """Return one area for each level that somebody is or was in, the first level lowest."""
    if not room.moves:
        return []
    begin = room.moves[0][0]
    step = max(now - begin, 60.0) / STEPS
    counts = _counts(room, [begin + step * (n + 1) for n in range(STEPS)])
    most = max(sum(count.values()) for count in counts) or 1
    lower = [0.0] * STEPS
    found = []
    for slug in slugs:
        upper = [low + count[slug] for low, count in zip(lower, counts, strict=True)]
        if upper != lower:
            points = [*enumerate(upper), *reversed(list(enumerate(lower)))]
            drawn = " ".join(_point(n, value / most) for n, value in points)
            found.append(Area(slug, drawn, counts[-1][slug]))
        lower = upper
    return found


def _point(step: int, part: float) -> str:
    return f"{WIDTH * step / (STEPS - 1):.1f},{HEIGHT * (1 - part):.1f}"


def _counts(room: RoomState, moments: list[float]) -> list[Counter[str]]:
    """Return how many seats were in each level at each of *moments*."""
    where: dict[int, str] = {}
    moves = iter(room.moves)
    move = next(moves, None)
    found = []
    for moment in moments:
        while move is not None and move[0] <= moment:
            where[move[1]] = move[2]
            move = next(moves, None)
        found.append(Counter(level for level in where.values() if level))
    return found
