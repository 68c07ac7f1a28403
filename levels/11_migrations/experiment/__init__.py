"""Level 11: does the shop go on while its tables change?

The accountant has a report open, and each migration meets it once. A witness in the database notes
which locks are taken, who changes how many rows under them, and what is rewritten: no clock is
read, and no table needs to be large. After each step the code that is live writes and reads a
review; in the end the new code does, beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .arrival import TABLE, Arrival
from .code import Code
from .goods import Goods
from .report import Report

if TYPE_CHECKING:
    from tutor.lab import Lab, Release, RolledOut

PATIENCE = 2000
"""Milliseconds that a migration may have visitors wait behind it."""
LINGER = 2.5
"""Seconds that a queue is left alone in a full run, for whoever looks at the monitor."""
REPORT = (
    "SELECT count(*), avg(stars) FROM catalog_review",
    "SELECT sum(price * quantity) FROM orders_orderline",
)
VISITORS = {
    "reader": "SELECT author_name, text FROM catalog_review ORDER BY id DESC LIMIT 1",
    "writer": "UPDATE catalog_review SET stars = stars"
    " WHERE id = (SELECT max(id) FROM catalog_review)",
}


class Experiment:
    """One release, rolled out at noon."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.goods = Goods(lab)
        self.old: Code | None = None
        self.spared: list[str] = []
        """Migrations that could not be begun again after they gave up."""

    def check(self) -> None:
        """Roll out step by step; then look at what came of it, and switch over."""
        lab = self.lab
        release, rolled = self._roll_out_until_it_arrives()
        report = Report(lab, PATIENCE)
        report.tell_of_queues(release, rolled)
        most_rows = min(lab.bounds("largest"))
        report.tell_of_table(release, most_rows)
        lab.step("arriving")
        Arrival(lab, release, rolled).check()
        self._look_at_data(release)
        self._switch(release, rolled)
        # What the new shop does when it comes is done to everybody, too.
        report.tell_of_table(release, most_rows)
        if not lab.quick and self._is_sound():
            lab.survey(an_hour_later=True)

    def load(self) -> None:
        """Roll it out once more, with the shop full of people."""
        lab = self.lab
        if not self._is_sound():
            return
        release = self._release()
        lab.step("loading", users=lab.plan.users, seconds=lab.plan.seconds)

        def roll_out() -> None:
            release.roll_out(lambda name: None, most_patience=PATIENCE, spared=self.spared)

        slugs = [self.goods.bought, self.goods.other, self.goods.guests]
        with lab.meanwhile(roll_out):
            total = lab.load(shop=release.old, facts={"slugs": slugs})
        lab.measure("failures", total.failures)
        if total.failures:
            lab.find("fails_under_load", example=lab.in_kinds(total.errors, total.failures))
        release.call_off()

    def _release(self) -> Release:
        return self.lab.release(
            TABLE, report=REPORT, visitors=VISITORS, prepare=self.goods.stock_up
        )

    def _roll_out_until_it_arrives(self) -> tuple[Release, RolledOut]:
        """Roll out; where a migration cannot be begun again, anew, and with nobody in its way."""
        lab = self.lab
        errors: list[str] = []
        while True:
            lab.step("opening")
            release = self._release()
            rolled = self._roll_out(release)
            if not rolled.stuck:
                break
            self.spared.append(rolled.stuck)
            errors.append(rolled.error)
            release.call_off()
        # Only now: one that fails with nobody in its way had not given up.
        for migration, error in zip(self.spared, errors, strict=True):
            lab.find("not_again", migration=migration, error=error)
        lab.measure("stuck", len(self.spared))
        lab.measure("refused", len(set(rolled.refused)))
        lab.measure("steps", len(rolled.migrations))
        return release, rolled

    def _roll_out(self, release: Release) -> RolledOut:
        lab, code = self.lab, Code(self.lab, release.old)
        self.old = code

        def begin(migration: str) -> None:
            if migration:
                lab.step("migrating", migration=migration)

        return release.roll_out(
            begin,
            after_each=lambda migration: code.ask_guest(self.goods.guests, migration),
            most_patience=PATIENCE,
            spared=self.spared,
            linger=0.0 if lab.quick else LINGER,
        )

    def _look_at_data(self, release: Release) -> None:
        """Refuse migrations that changed what the seed laid down.

        Where the old code cannot read its columns any more, that is said already.
        """
        assert self.old is not None, "it was asked at every step"
        if self.old.failures:
            return
        self.old.forget()
        if change := release.changed_data():
            self.lab.refuse(change.foul, **change.params)

    def _switch(self, release: Release, rolled: RolledOut) -> None:
        """Bring the new code up beside the old one; both write, both read."""
        lab, goods, old = self.lab, self.goods, self.old
        assert old is not None, "it was asked at every step"
        last = rolled.migrations[-1] if rolled.migrations else ""
        lab.step("switching")
        new = Code(lab, release.switch(whole=not lab.quick, watched=not old.failures))
        new.ask_buyer(goods.bought, last, bought=True)
        new.ask_buyer(goods.other, last, bought=False)
        new.ask_guest(goods.guests, last)
        if not old.failures:
            old.ask_guest(goods.guests, last)
            new.ask_guest(goods.guests, last)
        lab.look_at_data()
        for name, code in (("old", old), ("new", new)):
            lab.measure(f"{name}_fails", len(code.failures))
            if code.failures:
                first = code.failures[0]
                lab.find(
                    f"{name}_code_fails", migration=first.after, what=first.what, error=first.error
                )

    def _is_sound(self) -> bool:
        """Whether nothing went wrong so far that a full shop would only suffer from."""
        measures = self.lab.measures
        names = ("frozen", "old_fails", "new_fails", "missing")
        return not any(measures.get(name, 1) for name in names)
