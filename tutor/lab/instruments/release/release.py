"""Two shops on one database: the one that is live, and the one that comes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from tutor.base.cancel import Cancel
from tutor.lab.fingerprint import Change
from tutor.lab.instruments.context import Context
from tutor.lab.instruments.release.people import Accountant, Passersby
from tutor.lab.instruments.release.queues import tell_of_queues
from tutor.lab.instruments.release.rollout import RolledOut, Rollout
from tutor.lab.instruments.release.witness import Evidence, Witness
from tutor.lab.shop import Shop
from tutor.stack.ground import Ground

BESIDE = ("redis", "worker", "worker-slow", "flower", "nginx", "pgbouncer", "mail")
"""Services that pages and reviews do without."""


class Stage(Protocol):
    """Where shops of a release are made and served."""

    ground: Ground
    prepare: list[Callable[[Shop], None]]

    def make_live(self, database: str) -> Shop:
        """Return the shop that is live, on *database*; nothing of it runs yet."""

    def make_tested(self, database: str) -> Shop:
        """Return the shop under test, likewise."""

    def serve(self, shop: Shop, *, without: Collection[str] = (), is_tested: bool = False) -> None:
        """Have *shop* answer."""

    def remove(self, *shops: Shop) -> None:
        """Stop *shops* and drop their databases."""


class Release:
    """The shop under test replaces the one that is live, while people use it.

    The live shop is the one that seeded the data. Both have the same database; nothing of the new
    one runs before its migrations are through.
    """

    def __init__(
        self,
        stage: Stage,
        cancel: Cancel,
        table: str,
        *,
        report: Sequence[str],
        visitors: Mapping[str, str],
        prepare: Callable[[Shop], None],
    ) -> None:
        self._stage = stage
        self._cancel = cancel
        self._report = report
        self._visitors = dict(visitors)
        self._database = stage.ground.databases.clone(stage.ground.seed, cancel=cancel)
        self.old = stage.make_live(self._database)
        """The shop that is live, up and answering."""
        self.new = stage.make_tested(self._database)
        """The shop under test: its files and its database; up once :meth:`switch` was called."""
        for change in (*stage.prepare, prepare):
            change(self.old)
        self.old.fingerprint.keep()
        self.witness = Witness(self.old, table)
        self.witness.install()
        stage.serve(self.old, without=BESIDE)

    def roll_out(
        self,
        before_each: Callable[[str], None],
        *,
        after_each: Callable[[str], None] = lambda migration: None,
        most_patience: int,
        spared: Collection[str] = (),
        linger: float = 0.0,
    ) -> RolledOut:
        """Apply the migrations of the new shop one at a time, each with the accountant in its way.

        *before_each* is called before each, and at the end with no name; *after_each* before the
        first, with no name, and after each. A migration that would wait longer than *most_patience*
        milliseconds is let through at once. One that gives up is begun again: *before_each* is
        called again, and *after_each* once.

        Raises:
            ShopError: a migration fails although nobody was in its way.
        """
        databases, database = self._stage.ground.databases, self._database
        people = (
            Accountant(databases, database, self._report),
            Passersby(databases, database, self._visitors),
        )
        rollout = Rollout(
            databases,
            self.new.site,
            self.witness,
            people,
            self._cancel,
            most_patience=most_patience,
            linger=linger,
        )
        before = ""

        def begin(migration: str) -> None:
            nonlocal before
            # Begun again, it is still the same step.
            if migration != before or not migration:
                after_each(before)
            before = migration or before
            before_each(migration)

        return rollout.play(begin, spared)

    def tell_of_queues(self, lab: Context, rolled: RolledOut, *, most_patience: int) -> None:
        """Tell *lab* who stood behind a migration that would wait longer than *most_patience*."""
        tell_of_queues(lab, self.witness, rolled, most_patience)

    def switch(self, *, whole: bool = True, watched: bool = True) -> Shop:
        """Bring the new shop up beside the old one; from here on it is ``lab.shop``.

        Unless it is to be the *whole* shop, it comes without what pages and reviews can do without.
        Before anything of it runs, the seed's data are *watched*; whose columns are gone cannot be.

        Raises:
            ShopError: it does not start.
        """
        if watched:
            self.new.fingerprint.watch(self.old.fingerprint)
        self._stage.serve(self.new, without=() if whole else BESIDE, is_tested=True)
        return self.new

    def testify(self) -> Evidence:
        """Return what the witness saw so far."""
        return self.witness.testify()

    def changed_data(self) -> Change | None:
        """Return what the migrations did to the seed's own data."""
        return self.old.fingerprint.compare()

    def call_off(self) -> None:
        """Take both shops down and remove the database."""
        self._stage.remove(self.old, self.new)
