"""What PostgreSQL says while all ask at once, and what that means."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .book import STALE, WRONG
from .reading import last_error
from .stocking import WALK
from .sums import Sums

if TYPE_CHECKING:
    from tutor.lab import Backends, Lab
    from tutor.probes.statements import Statements

MOST = 999.0
"""Pages per second: more than anybody asks for."""
SLACK = 1.2
"""How many times as much as they can those who answer are believed to serve."""
HELD_UP = 1000
"""Milliseconds by which a wave, or our own look at PostgreSQL, may be late: beyond that the machine
is too busy to call a visitor's wait the shop's fault.
"""
AGAIN = 5
"""How often at most a shop knocks for each slot that somebody else's shop holds."""

TOO_MANY = "53300"
KILLED = "57P01"
CURSOR_LOST = "34000"
SHED = ("status 429", "status 503")


class Report:
    """What was seen while all asked at once: by whom looks at sessions, and in PostgreSQL's log."""

    def __init__(
        self, lab: Lab, watch: Backends, log: Statements, earlier: Counter[str] | None = None
    ) -> None:
        """Go on from *earlier*: what went wrong with answers before, when others asked."""
        self._lab = lab
        self._earlier = earlier or Counter()
        self._watch = watch
        self._log = log
        self._refused = log.problems[TOO_MANY]
        self._sums = Sums(lab)

    def tell(self, problems: Counter[str], right: int) -> None:
        """Record what was seen, and say what it means; *right* readers were told the truth."""
        lab, watch, refused = self._lab, self._watch, self._refused
        # Who is refused found every slot taken, whatever was seen between two looks.
        full = self._sums.free if refused and not watch.guests else 0
        lab.measure("peak", max(watch.peak, full, lab.measures.get("peak", 0)))
        lab.measure("waiting", max(watch.asleep, lab.measures.get("waiting", 0)))
        lab.measure("refusals", refused + lab.measures.get("refusals", 0))
        lab.measure("failures", sum((self._earlier + problems).values()))
        self._refuse_fouls(problems)
        sums = self._sums
        sums.tell_of_bypass()
        if right and not refused:
            # Where some are refused, what the others were served says nothing of all.
            self._measure_capacity(right)
        with_guests = watch.peak + watch.guests
        if 0 < refused <= AGAIN * watch.guests and watch.peak <= sums.free <= with_guests:
            for measure in ("refusals", "failures"):
                lab.find("guests", measure=measure, guests=watch.guests)
        elif refused:
            self._tell_of_refusals(self._earlier + problems)
        elif problems:
            of_those_before = Counter[str]() if lab.measures["refusals"] else self._earlier
            self._tell_of_failures(of_those_before + problems)
        elif watch.peak > min(lab.bounds("peak")):
            sums.tell_of_too_many()

    def _refuse_fouls(self, problems: Counter[str]) -> None:
        """Refuse what hides the shortage, or answers with something else."""
        lab, log = self._lab, self._log
        if self._watch.superusers:
            lab.foul("superuser")
        if log.problems[KILLED]:
            lab.foul("backends_killed", count=log.problems[KILLED])
        if shed := sum(n for text, n in problems.items() if text in SHED):
            lab.foul("shed", count=shed)
        if stale := problems[STALE]:
            lab.foul("stale_under_load", count=stale)
        if wrong := problems[WRONG]:
            lab.foul("wrong_under_load", count=wrong)
        if log.problems[CURSOR_LOST]:
            lab.foul("cursor_lost", message=log.examples[CURSOR_LOST])

    def _measure_capacity(self, right: int) -> None:
        """Record how many pages a second the shop can serve; say so where that is too few.

        It is counted, not timed: how many are at the warehouse at once, and for how long a page
        holds its connection there. A queue that grows takes longer to see than anybody has patience
        for.
        """
        lab, watch = self._lab, self._watch
        walks = sum("warehouse_shelf" in text for text in self._log.texts) / right or 1.0
        # Whoever asks under another name, or sleeps beside those who ask, is seen asleep.
        held = max(walks * WALK, watch.slept / right)
        capacity = min(MOST, watch.asleep / held, self._most_served())
        capacity = round(max(capacity, lab.measures.get("capacity", 0.0)), 1)
        lab.measure("capacity", capacity)
        bounds = [goal.at_least or 0.0 for goal in lab.level.goals if goal.measure == "capacity"]
        needed, gold = min(bounds), max(bounds)
        if capacity >= gold:
            return
        lab.find_once(
            "half_a_shop" if capacity < needed else "long_queue",
            at_once=watch.asleep,
            held=round(held, 2),
            served=capacity,
            offered=needed,
            gold=gold,
        )
        self._sums.tell_of_too_few()

    def _most_served(self) -> float:
        """Return how many pages a second those can serve who answer, each one at a time.

        By how long a page is at the warehouse alone: more sleepers than that serve nobody.
        """
        trip = self._lab.measures.get("trip") or 0.0
        return SLACK * self._sums.workers * self._sums.threads / trip if trip else MOST

    def _tell_of_refusals(self, problems: Counter[str]) -> None:
        """Say how many were turned away by now, and who asked for so much."""
        lab, sums = self._lab, self._sums
        failed, refused = sum(problems.values()), lab.measures["refusals"]
        if sums.tell_of_too_many():
            return
        if not failed:
            lab.find_anew("refusals_hidden", count=refused)
            return
        lab.find_anew(
            "slots_used_up",
            count=refused,
            failed=failed,
            example=lab.in_kinds(problems),
            message=self._log.examples[TOO_MANY],
            workers=sums.workers,
            threads=sums.threads,
            wanted=sums.workers * sums.threads,
            free=sums.free,
        )

    def _tell_of_failures(self, problems: Counter[str]) -> None:
        """Say what went wrong although PostgreSQL turned nobody away."""
        lab, watch = self._lab, self._watch
        late = sum(n for text, n in problems.items() if text.startswith("no answer within"))
        if late and watch.held_up_ms > HELD_UP:
            lab.too_noisy("failures", held_up_ms=round(watch.held_up_ms))
            return
        if late:
            lab.find_anew("late", count=late, peak=watch.peak)
            return
        count, example = sum(problems.values()), lab.in_kinds(problems)
        lab.find_anew("fails", count=count, example=example, why=last_error(lab.shop))
        self._sums.tell_of_too_few()
