"""A crowd of strangers asks for the same page at once: what that costs PostgreSQL, and whom."""

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from tutor.base.cancel import Cancel
from tutor.base.errors import ShopError
from tutor.base.start_barrier import at_once
from tutor.probes.http import PageHangs, Response, Visitor, patience
from tutor.probes.statements import counting_everywhere, shape_of
from tutor.stack.blame import page_fails
from tutor.stack.site import Site
from tutor.views.sql import Repeated, untraced
from tutor.views.trouble import told

CROWD = 20
"""How many come."""


@dataclass(frozen=True, slots=True)
class Together:
    """One crowd, and what became of it."""

    path: str
    round: int = 0
    visitors: int = 0
    failed: int = 0
    """How many got no page."""
    seconds: float = 0.0
    """Until the last of them was answered."""
    groups: tuple[Repeated, ...] = ()
    """What PostgreSQL was asked meanwhile, the most frequent first."""
    trouble: ShopError | None = None
    """Why there is no page for anybody."""

    def to_json(self) -> dict[str, Any]:
        """Return the look as plain data."""
        return {
            "path": self.path,
            "round": self.round,
            "visitors": self.visitors,
            "failed": self.failed,
            "seconds": self.seconds,
            "groups": [asdict(group) for group in self.groups],
            "trouble": told(self.trouble) if self.trouble else None,
        }


class Crowds:
    """Strangers who come to *site* together, as often as one likes."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.round = 0

    def ask(self, path: str, cancel: Cancel, many: int = CROWD) -> Together:
        """Have *many* ask for *path* at the same moment."""
        self.round += 1
        answers: list[Response] = []
        failures: list[ShopError] = []

        def come() -> None:
            with closing(Visitor(self.site.url)) as visitor:
                try:
                    answers.append(visitor.get(path))
                except ShopError as error:
                    failures.append(error)

        began = time.monotonic()
        with counting_everywhere(self.site) as counted:
            at_once([come] * many, cancel, patience=2 * patience())
        seconds = round(time.monotonic() - began, 1)
        served = sum(answer.status == 200 for answer in answers)
        trouble = None if served else self._trouble(path, answers, failures)
        groups = grouped(counted.texts)
        return Together(path, self.round, many, many - served, seconds, groups, trouble)

    def _trouble(
        self, path: str, answers: Sequence[Response], failures: Sequence[ShopError]
    ) -> ShopError | None:
        """Return why nobody got a page; None where it was meant so, as where it leads elsewhere."""
        if status := next((answer.status for answer in answers if answer.status >= 500), 0):
            return page_fails(self.site, path, status, self.site.log_tail())
        if answers or not failures:
            return None
        error = failures[0]
        return error.because(self.site.where_it_hangs()) if isinstance(error, PageHangs) else error


def grouped(texts: Sequence[str]) -> tuple[Repeated, ...]:
    """Return statements by their shape, the most frequent first."""
    by_shape: dict[str, list[str]] = {}
    for text in texts:
        by_shape.setdefault(shape_of(text), []).append(text)
    return tuple(sorted(untraced(by_shape), key=lambda group: -group.times))
