"""Readers who all ask a shop at the same moment, and what is wrong with their answers."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tutor.probes.http import PageHangs

if TYPE_CHECKING:
    from tutor.lab.instruments.context import Context
    from tutor.lab.shop import Shop


class Crowd:
    """Readers of one shop who come together, once or again; each waits *patience* seconds.

    What a reader asks is an act of the experiment, which calls :meth:`ask`.
    """

    def __init__(self, lab: Context, shop: Shop, *, patience: float) -> None:
        self.problems: Counter[str] = Counter()
        """By what was wrong, how many answers were, of all who ever came."""
        self.right: Counter[str] = Counter()
        """By path, how many answers were right."""
        self.gathering = 0.0
        """Seconds until the first of the last crowd asked: it is the machine that is late then."""
        self.spread = 0.0
        """Seconds between the first and the last question of the last crowd."""
        self.wait = 0.0
        """Seconds from its first question until the last of them was answered."""
        self._lab = lab
        self._shop = shop
        self._patience = patience
        self._asked: list[float] = []
        """When each asked."""
        self._lock = threading.Lock()

    def come(self, acts: Sequence[Callable[[], None]]) -> None:
        """Let them do all *acts* at the same moment, and wait until they are through.

        Raises:
            TutorError: this machine could not bring them together, or they did not end.
        """
        self._asked.clear()
        before = time.monotonic()
        self._lab.at_once(acts, patience=3 * self._patience)
        first = min(self._asked)
        self.gathering = first - before
        self.spread = max(self._asked) - first
        self.wait = time.monotonic() - first

    def ask(self, path: str, problem_of: Callable[[str], str]) -> None:
        """Ask for *path* as one reader; *problem_of* says what is wrong with a page's text."""
        visitor = self._shop.visitor(timeout=self._patience)
        self._asked.append(time.monotonic())
        try:
            response = visitor.get(path)
            problem = "" if response.status == 200 else f"status {response.status}"
            text = response.text
        except Exception as error:  # noqa: BLE001 - whatever it is, no answer came
            hangs = isinstance(error, PageHangs)
            problem = f"no answer within {self._patience:g} s" if hangs else "the answer is cut off"
            text = ""
        problem = problem or problem_of(text)
        with self._lock:
            if problem:
                self.problems[problem] += 1
            else:
                self.right[path] += 1
        visitor.close()
