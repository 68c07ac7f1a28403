"""Runs of each outcome, as the journal kept them, and the results that are made of them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from tests.played import BETTER, GOLD, LOST, REPEATS
from tutor.base.errors import ExitCode, TutorError
from tutor.curriculum import load_levels
from tutor.events import RunFinished
from tutor.grading.result import NOT_BEGUN, UNREADABLE, Claims, Result, failed, of_run
from tutor.judge import Finding, Kind, judge
from tutor.words.texts import Texts

LEVEL = load_levels()[0]
HOSTILE = Finding(
    "repeats",
    Kind.NOTE,
    {
        "times": 2,
        "statement": "]]></failure>\x00\x1b[31m\ud800 | <script>%0A::stop-commands::x",
        "file": "a,b:c%\n.py",
        "line": 7,
        "code": "`x` @all https://x.example",
    },
)
NOISE = Finding("too_noisy", Kind.NOISE, {"measure": "time_ratio", "ratio": 0.6, "noise": 1.4})
OURS = Finding("ours", Kind.OURS, {"message": "A service died.", "hint": "Try again."})
FOULS = next(name for name, kind in LEVEL.finding_kinds.items() if kind is Kind.FOUL)


def recorded(
    measures: Mapping[str, Any], *findings: Finding, quick: bool = False, counters: bool = False
) -> RunFinished:
    """Return a run as it is read back from JSON."""
    found = list(findings)
    verdict = judge(LEVEL.goals, measures, found, quick=quick, counters=counters)
    run = RunFinished(
        "r", LEVEL.slug, "mine", quick, 21.4, verdict, dict(measures), counters=counters
    )
    read = RunFinished.from_json(json.loads(json.dumps(run.to_json())))
    assert read is not None
    return read


RUNS = {
    "gold": recorded(GOLD),
    "bronze": recorded(BETTER),
    "lost": recorded(LOST, REPEATS),
    "hostile": recorded(LOST, HOSTILE),
    "fouled": recorded({"queries": 1}, Finding(FOULS, Kind.FOUL), Finding(FOULS, Kind.FOUL)),
    "cannot_tell": recorded({**GOLD, "time_ratio": 0.7}, NOISE),
    "cannot_tell_of_nothing": recorded(GOLD, replace(NOISE, params={"measure": "else"})),
    "our_fault": recorded({}, OURS),
    "quick_passed": recorded({"queries": 1, "slope": 0}, quick=True),
    "quick_lost": recorded({"queries": 1292}, REPEATS, quick=True),
    "counters": recorded({**GOLD, "time_ratio": 0.9}, NOISE, counters=True),
}


def results(texts: Texts) -> dict[str, Result]:
    """Return a result of each kind by its name."""
    return dict(_results(texts.language))


@cache
def _results(language: str) -> dict[str, Result]:
    texts = Texts(language)
    found = {name: of_run(texts, LEVEL, run, None) for name, run in RUNS.items()}
    found["answer_seen"] = replace(
        found["gold"], source="anna.zip", claims=Claims(3, 4, answer_seen=True)
    )
    begin = texts("campaign.not_begun", number=1)
    found["not_begun"] = Result(NOT_BEGUN, ExitCode.NOT_YET, LEVEL, why=begin)
    found["refused"] = failed(texts, LEVEL, TutorError.named("no_bundle", path="x"))
    found["not_kept"] = of_run(texts, LEVEL, RUNS["gold"], None, "The disk is full.")
    found["unreadable"] = Result(
        UNREADABLE, ExitCode.ERROR, why="=cmd|' /C calc'!A0 \x1b[2J", source="-x\x00.zip"
    )
    return found
