"""Looks at the shelf, by one worker after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from .reading import Difference, difference, truth_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tutor.lab import Answered, Bookkeeping, Books, Callers, Cards, Lab, Workers

PATH = "/bestsellers/"
SOON = 2.0
"""Seconds in which a worker of Celery may have renewed the shelf."""
MOMENT = 1.0
"""Seconds in which whoever renews the shelf meanwhile has done so."""
SHORT = 6.0
"""Seconds that pass for the cache before a shelf counts as wrong, and not as late only."""
EVERY = 0.1
BEGINS = 5.0
"""Seconds in which somebody who comes has begun to compute."""
HOOK = 0.3
"""Seconds in which what a visit, or an edit, asks of somebody else has begun."""


@dataclass(slots=True)
class Seen:
    """What each worker said of the shelf."""

    wrong: dict[int, Difference] = field(default_factory=dict)
    """By pid of the worker, what was wrong."""
    workers: int = 0
    is_late: bool = False
    """Whether it was right only once the cache had grown older."""

    @property
    def first(self) -> Difference:
        """What was wrong, of whoever said so first."""
        return next(iter(self.wrong.values()))

    @property
    def disagree(self) -> bool:
        """Whether some of the workers are right, and others are not."""
        return 0 < len(self.wrong) < self.workers


class Looks:
    """Somebody who looks at the shelf of the shop under test."""

    def __init__(self, lab: Lab, bookkeeping: Bookkeeping) -> None:
        self.lab = lab
        self._bookkeeping = bookkeeping
        self._known: set[str] = set()
        self._patience = SHORT - SOON

    @cached_property
    def workers(self) -> Workers:
        """The workers of the shop."""
        return self.lab.workers()

    @cached_property
    def books(self) -> Books:
        """What the bookkeeping does for it."""
        return self._bookkeeping.at(self.lab.shop)

    def look(self) -> Seen:
        """Return what each worker says now."""
        truth = truth_of(self.lab.shop)
        pids = self.workers.pids
        seen = Seen(workers=len(pids))
        for pid in pids:
            with self.workers.only(pid):
                found = difference(self.lab, self._page(), truth)
            if found:
                seen.wrong[pid] = found
        self.note_keys()
        return seen

    def must_be_true(self) -> Seen:
        """Look until all is true, or for so long that it will not become so by itself.

        Where a quick check is lost already nobody waits so long to hear how late the shelf is.
        """
        if self.lab.is_lost:
            return self.look_until_true(self.lab.patience(MOMENT))
        seen = self.look_until_true(SOON)
        if seen.wrong:
            self.lab.shop.age_caches(SHORT)
            # What a process remembers has a clock that is not ours; it is waited for as long as
            # that helps.
            seen.is_late = not self.look_until_true(self._patience).wrong
            if not seen.is_late:
                self._patience = 0.0
        return seen

    def look_until_true(self, seconds: float) -> Seen:
        """Look until all is true, for so many seconds; longer where a worker of Celery is late."""
        seen = Seen()

        def is_true() -> bool:
            nonlocal seen
            seen = self.look()
            return not seen.wrong

        self.lab.wait_for_jobs(is_true, within=seconds, every=EVERY)
        return seen

    def is_computed_for(self, callers: Callers, *, within: float = BEGINS) -> bool:
        """Have one more come, and return whether somebody computes, who is held at the gate."""
        lab, books = self.lab, self.books
        callers.come(PATH)
        lab.wait_until(lambda: books.held or not callers.waiting, timeout=lab.patience(within))
        return lab.wait_until(lambda: books.held, timeout=lab.patience(HOOK))

    def must_be_one_of(self, answers: Iterable[Answered], *truths: Cards) -> None:
        """Refuse answers that show none of the shelves that were true while they were made."""
        lab = self.lab
        for answer in answers:
            if answer.problem:
                lab.shop.page(PATH)  # says why, if it fails for everybody
                lab.foul("shelf_gone", example=lab.in_kinds({answer.problem: 1}))
            found = [difference(lab, answer.text, truth) for truth in truths]
            if all(found) and (last := found[-1]):
                self.refuse(answer.text, last)

    def refuse(self, text: str, found: Difference) -> None:
        """Refuse a shelf that is none, or not this one."""
        if not self.lab.cards(text):
            self.lab.foul("shelf_empty")
        self.lab.foul("shelf_wrong", **found.values)

    def note_keys(self) -> None:
        """Remember what the cache's entries are called."""
        self._known |= self.lab.cache_entries().keys()

    def new_keys(self) -> set[str]:
        """Return entries of the cache under keys that were never seen before."""
        return self.lab.cache_entries().keys() - self._known

    def _page(self) -> str:
        with self.lab.shop.visitor() as visitor:
            answer = visitor.get(PATH)
        if answer.status != 200:
            raise self.lab.shop.failed(answer)
        return answer.text
