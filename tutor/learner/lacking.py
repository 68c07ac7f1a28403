"""What a level lacks for its gold, by the names of its goals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tutor.base.numeric import is_number
from tutor.curriculum import Level
from tutor.judge import GoalResult, Medal
from tutor.learner.progress import LevelProgress
from tutor.words.texts import Texts
from tutor.words.wording import measured_goal


@dataclass(frozen=True, slots=True)
class Lack:
    """One medal that is missing, and the goals that it hangs on."""

    medal: Medal
    goals: tuple[GoalResult, ...] = ()
    """Those that were measured, and missed; none where nothing was."""
    gone: bool = False
    """Whether it cannot be won any more: the reference answer was read before the win."""

    def to_json(self, level: Level, texts: Texts) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "medal": self.medal.value,
            "gone": self.gone,
            "goals": [
                {"id": goal.id, "text": texts.goal(level, goal), "measured": goal.value}
                for goal in self.goals
            ],
        }


def lacks(level: Level, mine: LevelProgress, last: Mapping[str, Any]) -> tuple[Lack, ...]:
    """Return what is missing of *level*, the lowest medal first; nothing of gold.

    The goals are held against the best win; before the first, against *last*: the measures of the
    last full run, if there was one.
    """
    has = Medal(mine.medal).rank if mine.medal else 0
    measures = mine.best if mine.medal else last
    missed: dict[Medal, list[GoalResult]] = {medal: [] for medal in Medal}
    for goal in level.goals:
        value = measures.get(goal.measure)
        if is_number(value) and not goal.is_met_by(value):
            missed[goal.medal].append(goal.compare(measures))
    open_medals = [medal for medal in Medal if medal.rank > has]
    told = open_medals if mine.medal else open_medals[:1]
    return tuple(
        Lack(medal, tuple(missed[medal]), gone)
        for medal in told
        if (gone := mine.answer_seen and medal is Medal.GOLD) or missed[medal] or not mine.medal
    )


def lack_said(level: Level, lack: Lack, texts: Texts) -> str:
    """Return the sentence for *lack*."""
    medal = texts(f"certificate.lacks.{lack.medal}")
    if lack.gone:
        return texts("certificate.lacks.gone")
    if not lack.goals:
        return texts("certificate.lacks.not_won")
    told = [measured_goal(texts, level, goal) for goal in lack.goals]
    return f"{medal} {' '.join(told)}"
