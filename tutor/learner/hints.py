"""Which hint of a level comes next."""

from collections.abc import Sequence

from tutor.curriculum import Level
from tutor.learner.progress import LevelProgress


def hints_to_come(level: Level, mine: LevelProgress, observed: Sequence[str]) -> list[int]:
    """Return the places of the hints that may be taken next, the best one first.

    What the last verdict *observed* decides: its own hint comes first, then those that lead on from
    there. Nobody is led back from there to what the level begins with.
    """
    taken, places = mine.hints_taken, range(len(level.hints))
    fitting = [p for word in observed for p in places if word in level.hints[p].after]
    behind = max((place for place in fitting if place in taken), default=-1)
    left = [place for place in places if place not in taken]
    leading_on = [place for place in left if place > behind]
    return list(dict.fromkeys([*(place for place in fitting if place in left), *leading_on]))
