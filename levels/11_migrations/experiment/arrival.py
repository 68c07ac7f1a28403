"""Whether everything has arrived that the release was for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab, Release, RolledOut

TABLE = "catalog_review"
FIELDS = ("bought_here", "written_at")
COLUMN = """
SELECT 1 FROM pg_attribute WHERE attrelid = 'public.catalog_review'::regclass AND attname = %s
   AND NOT attisdropped
"""
NULLS = "SELECT count(*) FROM public.catalog_review WHERE {column} IS NULL"
FORBIDS_NULL = """
SELECT attnotnull FROM pg_attribute
 WHERE attrelid = 'public.catalog_review'::regclass AND attname = %s
"""
"""What the catalogue says; where nobody has looked yet, a constraint that is not valid says so."""
REFUSES_NULL = """
DO $$ BEGIN
    UPDATE public.catalog_review SET {column} = NULL
     WHERE id = (SELECT min(id) FROM public.catalog_review);
    RAISE EXCEPTION 'levelup: it took null';
EXCEPTION WHEN not_null_violation OR check_violation THEN NULL;
END $$
"""
NOT_VALIDATED = """
SELECT conname, coalesce(to_jsonb(one) ->> 'conenforced', 'true')
  FROM pg_constraint AS one
 WHERE conrelid = 'public.catalog_review'::regclass AND NOT convalidated
   AND (SELECT attnum FROM pg_attribute WHERE attrelid = conrelid AND attname = %s) = ANY (conkey)
 ORDER BY conname
"""
INDEXES = """
SELECT indexrelid::regclass::text, indisvalid AND indisready,
       EXISTS (SELECT FROM pg_depend JOIN pg_attribute
                      ON attrelid = refobjid AND attnum = refobjsubid
                WHERE objid = indexrelid AND refobjid = indrelid AND attname = %s),
       ARRAY(SELECT attname::text FROM unnest(indkey) WITH ORDINALITY AS key (number, place)
               JOIN pg_attribute ON attrelid = indrelid AND attnum = number
              WHERE place <= indnkeyatts ORDER BY place)
  FROM pg_index WHERE indrelid = 'public.catalog_review'::regclass ORDER BY 1
"""
"""Of each its name, whether it is used, whether it is about a column, and its own columns."""
WRONG = """
SELECT review.id, {column}, EXISTS (
         SELECT FROM orders_orderline AS line JOIN orders_order AS placed ON placed.id = order_id
          WHERE line.product_id = review.product_id AND placed.customer_id = review.author_id)
  FROM public.catalog_review AS review
"""
MOVED = """
SELECT count(*) FROM public.catalog_review WHERE {column} IS DISTINCT FROM created_at
"""


class Arrival:
    """Looks at the database and at the new code's models."""

    def __init__(self, lab: Lab, release: Release, rolled: RolledOut) -> None:
        self._lab = lab
        self._sql = release.old.sql
        self._rolled = rolled
        self._missing: list[str] = []

    def check(self) -> None:
        """Record how many things are missing, and say which."""
        if self._rolled.unapplied:
            self._lab.foul("not_applied", migration=self._rolled.unapplied[0])
        column, moment = self._columns()
        self._check_nulls(column)
        self._check_index(column)
        self._check_data(column, moment)
        if self._rolled.unmade:
            self._miss("models_differ", changes=self._rolled.changes)
        self._lab.measure("missing", len(self._missing))

    def _columns(self) -> tuple[str, str]:
        """Return the columns of both fields; refuse models that are not those of the release."""
        lab, fields = self._lab, self._rolled.models.get(TABLE, {})
        for name in FIELDS:
            if name not in fields:
                lab.foul("field_gone", field=name)
            column, may_be_null = fields[name]
            if may_be_null:
                lab.foul("null_allowed", field=name)
            if not self._sql(COLUMN, [column]):
                lab.foul("faked", field=name, column=column)
        return fields["bought_here"][0], fields["written_at"][0]

    def _check_nulls(self, column: str) -> None:
        nulls = self._sql(NULLS.format(column=f'"{column}"'))[0][0]
        lax = self._sql(NOT_VALIDATED, [column])
        ignored = [name for name, is_enforced in lax if is_enforced == "false"]
        if ignored:
            self._miss("not_enforced", constraint=ignored[0], nulls=nulls)
        elif lax:
            self._miss("never_validated", constraint=lax[0][0], nulls=nulls)
        elif nulls:
            self._miss("nulls_left", count=nulls)
        elif not self._refuses_null(column):
            self._miss("takes_null", column=column)

    def _refuses_null(self, column: str) -> bool:
        # A trigger may put a null right before anybody could refuse it.
        if self._sql(FORBIDS_NULL, [column])[0][0]:
            return True
        try:
            self._sql(REFUSES_NULL.format(column=f'"{column}"'))
        except Exception as error:
            if "levelup: it took null" in str(error):
                return False
            raise
        return True

    def _check_index(self, column: str) -> None:
        """Look for an index about *column*, and for what the models say of indexes."""
        indexes = self._sql(INDEXES, [column])
        broken = [name for name, is_valid, *_ in indexes if not is_valid]
        if broken:
            self._miss("index_invalid", index=broken[0])
            return
        wanted = self._rolled.indexes.get(TABLE, [])
        missing = [w for w in wanted if not any(has[: len(w)] == w for *_, has in indexes)]
        if missing:
            self._miss("index_missing", column=", ".join(missing[0]))
        elif not any(is_about_it for _, _, is_about_it, _ in indexes):
            self._miss("index_missing", column=column)

    def _check_data(self, column: str, moment: str) -> None:
        rows = self._sql(WRONG.format(column=f'review."{column}"'))
        wrong = [row for row in rows if row[1] is not None and row[1] is not row[2]]
        if wrong:
            number, said, truth = wrong[0]
            self._miss("wrong_answers", count=len(wrong), id=number, said=said, truth=truth)
        if moment != "created_at" and self._sql(COLUMN, ["created_at"]):
            moved = self._sql(MOVED.format(column=f'"{moment}"'))[0][0]
            if moved:
                self._miss("moments_differ", count=moved)

    def _miss(self, finding: str, **values: object) -> None:
        self._missing.append(finding)
        self._lab.find(finding, **values)
