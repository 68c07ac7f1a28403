"""A replica without a stack: its rows and its lag were written down, its switches are noted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from tutor.lab.instruments.standby import Standby
from tutor.probes.statements import Statements

if TYPE_CHECKING:
    from tutor.lab.fake import FakeLab, FakeShop
    from tutor.lab.own_connection import Rows
    from tutor.stack.black_hole import BlackHole


@dataclass
class FakeBlackHole:
    """A port at which nobody listens; an author says how many tried it."""

    port: int = 0
    tries: int = 0


class FakeStandby(Standby):
    """A replica of a fake shop; what was done to it stands among what the shop was asked."""

    shop: FakeShop

    def __init__(self, lab: FakeLab, shop: FakeShop, title: str) -> None:
        super().__init__(lab, shop, title)
        self.lag = 0
        """The bytes that it is behind."""
        self.hole = FakeBlackHole()
        """What stands in its place while it is silent."""
        self.rows: dict[str, Rows] = {}
        """By a part of the query, what it answers; the shop's own rows where there is none."""
        self.state = "follows"
        """``follows``, ``paused``, ``frozen``, ``down``, ``silent`` or ``promoted``."""

    @property
    def port(self) -> int:
        """The port of nobody."""
        return 0

    @property
    def server(self) -> str:
        """The server that it would be on."""
        return "db2"

    @property
    def is_running(self) -> bool:
        """Whether nobody ended it."""
        return self.state not in ("down", "silent")

    def sql(self, query: str, params: Sequence[Any] = ()) -> Rows:
        """Return the rows that were written down for *query*."""
        text = " ".join(query.split())
        for part, rows in self.rows.items():
            if part in text:
                return list(rows)
        return self.shop.sql(query, params)

    @contextmanager
    def counting(self) -> Iterator[Statements]:
        """Count the statements that the pages of the block have the replica answer."""
        with self.shop.counting_reads() as statements:
            yield statements

    def await_rest(self, seconds: float) -> None:
        """Nobody writes."""

    def behind(self) -> int:
        """Return what was written down."""
        return self.lag

    def catch_up(self) -> None:
        """Note it; it is not behind any more."""
        self.lag = 0
        self._note("catches up")

    def kill(self) -> None:
        """Note it."""
        self._become("down")

    def restart(self) -> None:
        """Note it."""
        self._become("follows")

    def promote(self) -> None:
        """Note it."""
        self._become("promoted")

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Note it."""
        with self._being("paused"):
            yield

    @contextmanager
    def resumed(self) -> Iterator[None]:
        """Note it."""
        with self._being("follows"):
            yield

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Note it."""
        with self._being("frozen"):
            yield

    @contextmanager
    def down(self) -> Iterator[None]:
        """Note it."""
        with self._being("down"):
            yield

    @contextmanager
    def silent(self) -> Iterator[BlackHole]:
        """Note it; the black hole was tried as often as was written down."""
        with self._being("silent"):
            yield cast("BlackHole", self.hole)

    @contextmanager
    def _being(self, state: str) -> Iterator[None]:
        before = self.state
        self._become(state)
        try:
            yield
        finally:
            self._become(before)

    def _become(self, state: str) -> None:
        self.state = state
        self._note(state)

    def _note(self, what: str) -> None:
        self.shop.asked.append(f"{self.title} {what}")
