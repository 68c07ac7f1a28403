"""Visitors who ask and wait, each in a thread, while the experiment goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tutor.base.errors import ShopError
from tutor.machine.slowdown import slowdown
from tutor.probes.http import PageHangs, PageUnreachable

if TYPE_CHECKING:
    from tutor.lab.instruments.context import Context
    from tutor.lab.instruments.workers import Workers
    from tutor.lab.shop import Shop

HANGS = "no answer"
CUT_OFF = "the answer is cut off"


def is_unanswered(error: Exception) -> bool:
    """Return whether *error* means that a visitor got no answer."""
    return isinstance(error, PageHangs | PageUnreachable)


def is_about_shop(error: Exception) -> bool:
    """Return whether *error* says what is wrong with a shop; any other is about us."""
    return isinstance(error, ShopError)


@dataclass(frozen=True, slots=True)
class Answered:
    """What one of them was answered."""

    status: int = 0
    """0 where no answer came."""
    text: str = ""
    problem: str = ""
    """What kept the answer from being a page; empty where it is one."""


class Callers:
    """Visitors of one shop who may come at different moments; each waits *patience* seconds.

    On a machine that others crowd they wait longer: it is not the shop that is slow there.
    """

    def __init__(self, lab: Context, shop: Shop, *, patience: float) -> None:
        self.answers: list[Answered] = []
        """In the order in which they came."""
        self._lab = lab
        self._shop = shop
        self._patience = patience * slowdown()
        self._threads: list[threading.Thread] = []

    @property
    def waiting(self) -> int:
        """How many have no answer yet."""
        return len(self._threads) - len(self.answers)

    def come(self, path: str, many: int = 1, cookies: Mapping[str, str] | None = None) -> None:
        """Have *many* more ask for *path*, with *cookies*; they are waited for elsewhere."""
        for _ in range(many):
            thread = threading.Thread(target=self._ask, args=[path, cookies or {}], daemon=True)
            self._threads.append(thread)
            thread.start()

    def be_let_in(
        self,
        workers: Workers,
        asked: Callable[[], int],
        *,
        inside: float,
        still: float,
        restless: float,
    ) -> None:
        """Wait until *workers* have taken them in, and until those who want to have *asked*.

        A worker with a thread for each of them has taken them *inside* so many seconds. They have
        asked once no more did for *still* seconds; that is looked for no longer than *restless*.
        """
        lab = self._lab
        lab.wait_until(lambda: workers.have_taken(self.waiting), timeout=inside)
        deadline = time.monotonic() + restless
        before = -1
        while before != (before := asked()) and self.waiting and time.monotonic() < deadline:
            lab.cancel.wait(still)

    def wait(self) -> list[Answered]:
        """Wait until each was answered, or has lost patience; return what they were answered.

        Whoever is fed drop by drop loses none: who still waits at the end has no answer.
        """
        self._lab.wait_until(lambda: not self.waiting, timeout=3 * self._patience)
        answers = list(self.answers)
        return answers + [Answered(problem=HANGS)] * (len(self._threads) - len(answers))

    def _ask(self, path: str, cookies: Mapping[str, str]) -> None:
        visitor = self._shop.visitor(timeout=self._patience)
        visitor.cookies |= cookies
        try:
            answer = visitor.get(path)
            problem = "" if answer.status == 200 else f"status {answer.status}"
            answered = Answered(answer.status, answer.text, problem)
        except PageHangs:
            answered = Answered(problem=HANGS)
        except PageUnreachable:
            answered = Answered(problem=CUT_OFF)
        except Exception as error:  # noqa: BLE001 - whatever it is, no answer came
            answered = Answered(problem=f"{CUT_OFF}: {type(error).__name__}")
        finally:
            visitor.close()
        self.answers.append(answered)
