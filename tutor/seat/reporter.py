"""What the room is told of the learner: facts, as the wire names them, and never a file.

Each fact is kept and nothing is sent here: whoever plays never waits for the room.
"""

import json
import re
import time
from collections.abc import Iterable
from itertools import islice

from tutor.events import RunFinished
from tutor.judge import Finding, GoalResult, Kind, Outcome
from tutor.seat.inbox import BEGUN, MENDED, Id, RoomMessage, inbox_file
from tutor.seat.outbox import Outbox
from tutor.seat.text import clean

LONGEST_TEXT = 280
"""Characters beside a raised hand."""
LARGEST_DIFF = 48 * 1024
LARGEST_DIFF_AS_JSON = 56 * 1024
"""Bytes: quotes and line ends take two there, and the room takes 64 KB in all."""
MOST_IDS = 60
MOST_NUMBER, MOST_SECONDS = 2**31 - 1, 10**7
NO_ID = re.compile(r"[^A-Za-z0-9_.:-]+")
OUTCOMES = {
    Outcome.WON: "won",
    Outcome.NOT_YET: "lost",
    Outcome.CANNOT_TELL: "cannot_tell",
    Outcome.OUR_FAULT: "our_fault",
}


class Reporter:
    """Keeps facts for the room."""

    def __init__(self) -> None:
        self._add = Outbox().add

    # -- what the learner does -------------------------------------------------------------------

    def level_opened(self, level: str) -> None:
        """Tell which level the learner is in."""
        self._add("level_opened", {"level": level})

    def hint_taken(self, level: str, number: int) -> None:
        """Tell of a hint, by its number from 1."""
        self._add("hint_taken", {"level": level, "number": number})

    def run_started(self, level: str, *, quick: bool) -> None:
        """Tell that something is measured."""
        self._add("run_started", {"level": level, "quick": quick})

    def run_finished(self, run: RunFinished, number: int) -> None:
        """Tell how it ended, by the names of goals and findings; what was won mends incidents."""
        verdict, counts = run.verdict, not (run.quick or run.counters)
        ids = ids_of(finding.id for finding in weightiest(verdict.findings))
        self._add(
            "run_finished",
            {
                "level": run.level,
                "outcome": OUTCOMES[verdict.outcome],
                "medal": verdict.medal.value if verdict.medal and counts else "",
                "quick": run.quick,
                "seconds": max(0.0, run.seconds),
                "goals": {id_of(goal.id): state_of(goal) for goal in verdict.goals[:MOST_IDS]},
                "finding": ids[0] if ids else "",
                "findings": ids,
                "number": min(number, MOST_NUMBER),
            },
        )
        if verdict.won and counts:
            self._mended(run.level)

    def run_broken_off(self, level: str, outcome: str, seconds: float, *, quick: bool) -> None:
        """Tell of a run without a verdict: ``cancelled``, or ``our_fault``."""
        facts = {"level": level, "outcome": outcome, "medal": "", "quick": quick, "goals": {}}
        rest = {"seconds": round(seconds, 2), "finding": "", "findings": [], "number": 0}
        self._add("run_finished", facts | rest)

    # -- what the learner wants to tell ----------------------------------------------------------

    def hand_raised(self, text: str) -> None:
        """Raise the hand, with a word to it."""
        self._add("hand_raised", {"text": clean(text, LONGEST_TEXT)})
        with inbox_file().change() as inbox:
            inbox.hand = "raised"

    def hand_lowered(self) -> None:
        """Take it down again."""
        self._add("hand_lowered", {})
        with inbox_file().change() as inbox:
            inbox.hand = ""

    def ready(self, level: str, *, on: bool) -> None:
        """Tell that the learner is done with a level, or is not."""
        self._add("ready", {"level": level, "on": on})
        with inbox_file().change() as inbox:
            inbox.ready = level if on else ""

    def diff(self, level: str, text: str) -> bool:
        """Show a diff, once; return whether all of it fitted."""
        fitted = fitting(text)
        self._add("diff", {"level": level, "text": fitted})
        return fitted == text

    def doctor(self, missing: Iterable[str], version: str, platform: str) -> None:
        """Tell what this machine lacks."""
        facts = {"missing": ids_of(missing), "version": version, "platform": platform[:80]}
        self._add("doctor", facts)

    # -- what became of what the room sent -------------------------------------------------------

    def seen(self, messages: Iterable[RoomMessage]) -> None:
        """Tell which messages were on the screen."""
        for message in messages:
            self._add("message_seen", {"id": message.id})

    def incident(self, id: Id, state: str, seconds: float = 0.0) -> None:
        """Tell what became of an incident."""
        took = round(min(seconds, MOST_SECONDS), 1)
        self._add("incident", {"id": id, "state": state, "seconds": took})

    def _mended(self, level: str) -> None:
        """Tell that the incidents of *level* are over: its shop has won since."""
        over: list[tuple[Id, float]] = []
        with inbox_file().change() as inbox:
            for message in inbox.messages:
                began = inbox.open_incidents.get(str(message.id))
                if began is not None and message.level == level and message.state == BEGUN:
                    message.state = MENDED
                    over.append((message.id, max(0.0, time.time() - began)))
                    del inbox.open_incidents[str(message.id)]
        for name, seconds in over:
            self.incident(name, MENDED, seconds)


def weightiest(findings: Iterable[Finding]) -> list[Finding]:
    """Return *findings*, what refuses a fix before what only helps."""
    return sorted(findings, key=lambda finding: finding.kind is not Kind.FOUL)


def id_of(name: str) -> str:
    """Return *name* as the wire takes ids: levels of others call their goals what they like."""
    return NO_ID.sub("_", name)[:64] or "unnamed"


def ids_of(names: Iterable[str]) -> list[str]:
    """Return as many of *names* as the wire takes at once, the first ones."""
    return [id_of(name) for name in islice(names, MOST_IDS)]


def state_of(goal: GoalResult) -> str:
    """Return how a goal stands."""
    if goal.value is None:
        return "open"
    return "reached" if goal.met else "missed"


def fitting(diff: str) -> str:
    """Return as many whole lines of *diff* as the room takes."""
    text = diff.encode(errors="replace").decode()
    kept: list[str] = []
    size = as_json = 0
    for line in text.splitlines(keepends=True):
        plain, coded = _sizes(line)
        size, as_json = size + plain, as_json + coded
        if size > LARGEST_DIFF or as_json > LARGEST_DIFF_AS_JSON:
            break
        kept.append(line)
    return "".join(kept)


def _sizes(text: str) -> tuple[int, int]:
    """Return the bytes of *text*, plain and as JSON."""
    return len(text.encode()), len(json.dumps(text, ensure_ascii=False).encode())
