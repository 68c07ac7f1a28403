"""How long a job may keep us waiting: by what still moves, and only then by the clock."""

import time
from collections.abc import Callable

PATIENCE = 3.0
"""Seconds in which nobody does anything, and no message is left, after which a job is lost."""
LONGEST = 25.0
"""Seconds without any news after which a job counts as lost although somebody is still at it."""
LIMIT = 120.0
"""Seconds after which a wait ends whatever happens: then nobody can tell."""
HELD_UP = 1.0
"""Seconds between two looks of ours after which it was the machine that stood still."""
APART = 0.8
"""Seconds without any news after which it is looked who is at work, and until the next such look:
our questions are work, too."""
MOST_APART = 0.4
"""Seconds between two looks at what is done."""


class JobWait:
    """One wait for jobs, from look to look.

    A machine that is busy with other things makes jobs late, not lost: the clock only runs while
    nobody works, and it stops while we do not run ourselves.
    """

    def __init__(self, at_rest: Callable[[], bool]) -> None:
        self._at_rest = at_rest
        self._began = self._news = self._quiet = self._looked = self._asked = time.monotonic()
        self._done: object = None
        self._left = -1
        self.ran_out = False
        """Whether the wait ended at :data:`LIMIT`, while there was still news."""

    @property
    def pause(self) -> float:
        """Seconds until it is time for the next look: more, the longer it takes already."""
        return min(MOST_APART, max(0.05, (time.monotonic() - self._began) / 8))

    def is_over(self, done: object, *, left: int, taken: int = 0) -> bool:
        """Return whether to wait no more.

        *done* is what was done up to now, whatever it is; *left* messages are not done with, of
        which workers have *taken* some: those may lie there until it is their time.
        """
        now = time.monotonic()
        if (gap := now - self._looked) > HELD_UP:
            self._news += gap
            self._quiet = now
        self._looked = now
        if done != self._done:
            self._done, self._news, self._quiet = done, now, now
        elif left != self._left:
            self._quiet = now
        elif now - max(self._news, self._asked) > APART:
            if not self._at_rest():
                self._quiet = time.monotonic()
            self._asked = self._looked = time.monotonic()
        self._left = left
        patience = LONGEST if taken else PATIENCE * (2 if left else 1)
        if now - self._began > LIMIT:
            self.ran_out = now - self._news < LONGEST
            return True
        return now - self._quiet > patience or now - self._news > LONGEST
