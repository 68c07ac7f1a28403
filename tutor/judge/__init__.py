"""From measurements to a verdict, without any input or output."""

from tutor.judge.judge import Goal, Standing, asked_of_run, judge, noisy, standing
from tutor.judge.verdict import Finding, GoalResult, Kind, Medal, Outcome, Verdict

__all__ = [
    "Finding",
    "Goal",
    "GoalResult",
    "Kind",
    "Medal",
    "Outcome",
    "Standing",
    "Verdict",
    "asked_of_run",
    "judge",
    "noisy",
    "standing",
]
