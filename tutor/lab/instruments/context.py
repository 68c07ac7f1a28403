"""What an instrument may ask of the lab that it belongs to."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from tutor.base.cancel import Cancel
from tutor.curriculum import Level
from tutor.lab.notebook import JsonValue
from tutor.lab.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager

    from tutor.lab.instruments.customer import Customer
    from tutor.lab.instruments.customers import Customers
    from tutor.lab.instruments.lanes import Lanes
    from tutor.lab.instruments.live_products import LiveProducts
    from tutor.lab.instruments.orders import Orders
    from tutor.lab.instruments.person import Person
    from tutor.lab.instruments.staff import Staff
    from tutor.lab.instruments.standby import Standby
    from tutor.lab.instruments.standbys import Standbys
    from tutor.probes.statements import Statements


class Context(Protocol):
    """The run that an instrument works in: its shops, its notebook, its other instruments."""

    level: Level
    random: random.Random
    cancel: Cancel
    quick: bool

    @property
    def shop(self) -> Shop:
        """The shop under test."""

    @property
    def broken(self) -> Shop:
        """The shop as the level starts."""

    @property
    def customers(self) -> Customers:
        """The customers of this run."""

    def measure(self, measure: str, value: JsonValue) -> None:
        """Record the value of a measure."""

    def find(self, id: str, /, **params: Any) -> None:
        """Record a finding."""

    def find_once(self, id: str, /, **params: Any) -> None:
        """Record a finding, the first time it is made."""

    def foul(self, id: str, /, **params: Any) -> None:
        """Record a finding of the level and end the experiment."""

    def refuse(self, id: str, /, **params: Any) -> NoReturn:
        """Record a foul of the engine's own and end the experiment."""

    def too_noisy(self, measure: str, /, **params: Any) -> None:
        """Record that the machine was too busy for *measure* to mean anything."""

    def bounds(self, measure: str) -> list[float]:
        """Return the most that each goal of the level allows *measure* to be."""

    def kill(self, pids: Iterable[int]) -> None:
        """Kill processes of a shop; it is noted that nobody else did."""

    def token(self) -> str:
        """Return a word that nobody knows yet."""

    def person(self, shop: Shop | None = None) -> Person:
        """Return somebody who was never in *shop* before."""

    def customer(self, user: str = "") -> Customer:
        """Return *user* with a browser; a stranger where nobody is named."""

    def staff(self, shop: Shop | None = None) -> Staff:
        """Return somebody who works in *shop*."""

    def live_products(self, shop: Shop | None = None) -> LiveProducts:
        """Return what *shop* must say of its products now."""

    def orders(self, shop: Shop | None = None) -> Orders:
        """Return the orders of *shop*."""

    def standby(self, title: str = "replica", shop: Shop | None = None) -> Standby:
        """Return the replica *title* of *shop*, with its switches."""

    def standbys(self, shop: Shop | None = None) -> Standbys:
        """Return all replicas of *shop*."""

    def counting(self, *servers: Shop | Standby) -> AbstractContextManager[Statements]:
        """Count what the shop asks PostgreSQL, replicas or all of them; by default all, as one."""

    def asked_for_products(self, statements: Iterable[str]) -> int:
        """Return how many of the shop's *statements* may read products."""

    def lanes(self, measure: str, shops: Sequence[Shop], *, rounds: int) -> Lanes:
        """Tell of turns that *shops* take for *measure*."""

    def wait_until(
        self, condition: Callable[[], Any], *, timeout: float, every: float = 0.02
    ) -> bool:
        """Wait until *condition* holds; return whether it did within *timeout* seconds."""

    def at_once(self, acts: Sequence[Callable[[], None]], *, patience: float) -> None:
        """Do all *acts* at the same moment, each in a thread, and wait for them to end."""
