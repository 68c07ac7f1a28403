"""The release goes out at noon: its migrations, one at a time, with the accountant in their way.

The shop that is live meanwhile is the one from before; after each step its code shows a product and
takes a new promotion, as it always did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab, Release, RolledOut

TABLE = "catalog_promotion"
FIELD = "is_monday"
PATIENCE = 2000
"""Milliseconds that a migration may have visitors wait behind it."""
LINGER = 2.0
"""Seconds that a queue is left alone, for whoever looks at the monitor."""
REPORT = (
    "SELECT count(*), avg(percent) FROM catalog_promotion",
    "SELECT sum(price * quantity) FROM orders_orderline",
)
VISITORS = {
    "reader": "SELECT name FROM catalog_promotion ORDER BY id DESC LIMIT 1",
    "writer": "UPDATE catalog_promotion SET percent = percent"
    " WHERE id = (SELECT max(id) FROM catalog_promotion)",
}
COLUMN = """
SELECT attnotnull FROM pg_attribute
 WHERE attrelid = 'public.catalog_promotion'::regclass AND attname = %s AND NOT attisdropped
"""
UNTICKED = """
SELECT name FROM public.catalog_promotion
 WHERE {column} IS DISTINCT FROM (percent >= 30) ORDER BY id
"""
TAKEN = "SELECT 1 FROM public.catalog_promotion WHERE name = %s"
OLD = "Old Code Sale"
"""What promotions are called that the old code takes."""


class Deploy:
    """One release, rolled out."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._failures: list[tuple[str, str, str]] = []
        """After which migration the old code failed, at what, and why."""
        self._slug = ""

    def play(self) -> None:
        """Roll it out, and look at what came of it; nothing of the new code runs."""
        lab = self._lab
        lab.step("deploying")
        release = lab.release(TABLE, report=REPORT, visitors=VISITORS, prepare=lambda shop: None)
        try:
            self._slug = next(iter(lab.live_products(release.old).all))
            rolled = self._roll_out(release)
            release.tell_of_queues(lab, rolled, most_patience=PATIENCE)
            lab.measure("missing", self._count_missing(release, rolled))
        finally:
            release.call_off()
        lab.measure("old_fails", len(self._failures))
        if self._failures:
            after, what, error = self._failures[0]
            lab.find("old_code_fails", migration=after, what=what, error=error)

    def _roll_out(self, release: Release) -> RolledOut:
        def begin(migration: str) -> None:
            if migration:
                self._lab.step("migrating", migration=migration)

        return release.roll_out(
            begin,
            after_each=lambda migration: self._ask_old_code(release, migration),
            most_patience=PATIENCE,
            linger=LINGER,
        )

    def _ask_old_code(self, release: Release, after: str) -> None:
        """Have the old code show a product, and take a promotion."""
        lab, old = self._lab, release.old
        path = f"/product/{self._slug}/"
        answer = lab.person(old).get(path)
        if answer.status != 200:
            self._fail(release, after, path, answer.status)
            return
        person = lab.staff(old).person
        path = "/admin/catalog/promotion/add/"
        name = f"{OLD} {lab.token()}"
        answer = person.submit(path, person.get(path).text, {"name": name, "percent": "7"})
        if not answer.sends_on:
            self._fail(release, after, f"POST {path}", answer.status)
        elif not old.sql(TAKEN, [name]):
            self._failures.append((after, f"POST {path}", f"{name}: 0 rows"))

    def _fail(self, release: Release, after: str, what: str, status: int) -> None:
        error = release.old.reason_of(status, f"HTTP {status}")
        self._failures.append((after, what, error))

    def _count_missing(self, release: Release, rolled: RolledOut) -> int:
        """Return how many things have not arrived, and say which."""
        lab, sql = self._lab, release.old.sql
        if rolled.unapplied:
            lab.foul("not_applied", migration=rolled.unapplied[0])
        if hidden_by := release.testify().hidden_by:
            lab.refuse("data_hidden", table=TABLE, what=hidden_by)
        if rolled.stuck:
            lab.find("not_again", migration=rolled.stuck, error=rolled.error)
            return 1
        fields = rolled.models.get(TABLE, {})
        column = fields.get(FIELD, ("", True))[0]
        rows = sql(COLUMN, [column])
        if not rows:
            lab.foul("field_gone", field=FIELD)
        missing = 0
        if not rows[0][0]:
            missing += 1
            lab.find("takes_null", column=column)
        if wrong := sql(UNTICKED.format(column=f'"{column}"')):
            missing += 1
            lab.find("not_ticked", promotion=wrong[0][0], count=len(wrong))
        if rolled.unmade:
            missing += 1
            lab.find("models_differ", changes=rolled.changes)
        return missing
