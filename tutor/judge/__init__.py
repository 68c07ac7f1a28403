"""From measurements to a verdict, without any input or output.

The run comes in with plain data, and whoever shows or keeps a verdict.
It may not know anything else of the tutor: the same measures give the same verdict anywhere.
"""

from tutor.judge.evidence import Evidence, evidence
from tutor.judge.judge import Goal, Standing, asked_of_run, is_enough, judge, noisy, standing
from tutor.judge.verdict import Finding, GoalResult, Kind, Medal, Outcome, Verdict

__all__ = [
    "Evidence",
    "Finding",
    "Goal",
    "GoalResult",
    "Kind",
    "Medal",
    "Outcome",
    "Standing",
    "Verdict",
    "asked_of_run",
    "evidence",
    "is_enough",
    "judge",
    "noisy",
    "standing",
]
