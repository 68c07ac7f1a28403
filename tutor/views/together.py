"""A crowd of strangers asks for the same page at once: what that costs PostgreSQL, and whom."""

import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from typing import Any

from tutor.base.cancel import Cancel
from tutor.base.errors import ShopError
from tutor.base.start_barrier import at_once
from tutor.probes.http import Response, Visitor, patience
from tutor.probes.statements import StatementLog, shape_of
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

    def ask(self, path: str, many: int = CROWD) -> Together:
        """Have *many* ask for *path* at the same moment."""
        self.round += 1
        answers: list[Response] = []

        def come() -> None:
            # Whoever is not answered is counted by not being there.
            with closing(Visitor(self.site.url)) as visitor, suppress(ShopError):
                answers.append(visitor.get(path))

        began = time.monotonic()
        with StatementLog(self.site.ground.postgres).counting(self.site.database) as counted:
            at_once([come] * many, Cancel(), patience=2 * patience())
        seconds = round(time.monotonic() - began, 1)
        served = [answer for answer in answers if answer.status == 200]
        trouble = None
        if not served:
            status = answers[0].status if answers else 0
            trouble = page_fails(self.site, path, status, self.site.log_tail())
        groups = grouped(counted.texts)
        return Together(path, self.round, many, many - len(served), seconds, groups, trouble)


def grouped(texts: Sequence[str]) -> tuple[Repeated, ...]:
    """Return statements by their shape, the most frequent first."""
    by_shape: dict[str, list[str]] = {}
    for text in texts:
        by_shape.setdefault(shape_of(text), []).append(text)
    return tuple(sorted(untraced(by_shape), key=lambda group: -group.times))
