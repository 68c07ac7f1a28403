"""What the seed laid down, and whether the shop left it alone.

The truth of a run is read from the shop's own database, so a shop that deletes reviews or
unpublishes products would change the truth with the page. Before the learner's migrations a copy
is put aside, after them the rows are compared with it. From then on triggers of the superuser note
every row of the seed that the shop changes; what our own people edited is announced.
New tables, columns, indexes, triggers and constraints are the learner's to make.
"""

# Names of tables and columns come from the catalogue of PostgreSQL, and are quoted.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tutor.base.text import cut
from tutor.stack.services.postgres import ROLE

if TYPE_CHECKING:
    from tutor.lab.shop import Shop

SCHEMA = "levelup"
"""Where the superuser keeps the copy and the notes; the shop's role sees nothing of it."""
OWN = {
    "auth_user": ("username", "first_name", "last_name", "email", "is_staff", "is_active"),
    "orders_order": ("reference", "customer_id", "name", "email", "address", "created_at"),
    "orders_orderline": ("order_id", "product_id", "name", "price", "quantity"),
}
"""Tables in which the shop itself writes later, and the columns that are nevertheless settled."""
STOCK = "catalog_stock"
COLUMNS = """
SELECT relname, array_agg(attname::text ORDER BY attnum),
       array_agg(atttypid::bigint ORDER BY attnum)
  FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
 WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
   AND (starts_with(relname, 'catalog_') OR relname = ANY(%s))
 GROUP BY relname ORDER BY relname
"""
DISGUISES = """
SELECT name, CASE
         WHEN relation.oid IS NULL THEN 'gone'
         WHEN relation.relkind <> 'r' THEN 'no table'
         WHEN relation.relrowsecurity THEN 'row security'
         WHEN relation.relhasrules THEN 'a rule'
         ELSE 'a namesake' END
  FROM unnest(%s::text[]) AS name
  LEFT JOIN pg_class AS relation
    ON relation.relname = name AND relation.relnamespace = 'public'::regnamespace
 WHERE relation.oid IS NULL OR relation.relkind <> 'r'
    OR relation.relrowsecurity OR relation.relhasrules
    OR EXISTS (SELECT FROM pg_class AS other JOIN pg_namespace ON pg_namespace.oid = relnamespace
                WHERE other.relname = name AND nspname NOT IN ('public', %s)
                  AND nspname !~ '^pg_' AND nspname <> 'information_schema')
 ORDER BY name
"""
ABROAD = """
SELECT setting FROM pg_db_role_setting, unnest(setconfig) AS setting
 WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
   AND setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = %s))
   AND setting LIKE 'search_path=%%'
"""
NOTES = f"""
CREATE SCHEMA IF NOT EXISTS {SCHEMA};
CREATE TABLE {SCHEMA}.noted (
    id bigserial PRIMARY KEY, relation text NOT NULL, before jsonb, after jsonb
);
CREATE FUNCTION {SCHEMA}.note() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO {SCHEMA}.noted (relation) VALUES (TG_TABLE_NAME);
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO {SCHEMA}.noted (relation, before) VALUES (TG_TABLE_NAME, to_jsonb(OLD));
    ELSE
        INSERT INTO {SCHEMA}.noted (relation, before, after)
        VALUES (TG_TABLE_NAME, to_jsonb(OLD), to_jsonb(NEW));
    END IF;
    RETURN NULL;
END $$;
"""
WHOSE = f"(session_user = '{ROLE}' OR pg_trigger_depth() > 0)"
"""Whether the shop is at it, or something it hung on a table that we wrote to."""
WATCH = """
CREATE TRIGGER levelup_changed AFTER UPDATE ON public.{table} FOR EACH ROW
WHEN (OLD.id <= {last} AND {whose} AND ({old}) IS DISTINCT FROM ({new}))
EXECUTE FUNCTION {schema}.note();
CREATE TRIGGER levelup_deleted AFTER DELETE ON public.{table} FOR EACH ROW
WHEN (OLD.id <= {last} AND {whose}) EXECUTE FUNCTION {schema}.note();
CREATE TRIGGER levelup_emptied AFTER TRUNCATE ON public.{table} FOR EACH STATEMENT
EXECUTE FUNCTION {schema}.note();
ALTER TABLE public.{table} ENABLE ALWAYS TRIGGER levelup_changed;
ALTER TABLE public.{table} ENABLE ALWAYS TRIGGER levelup_deleted;
ALTER TABLE public.{table} ENABLE ALWAYS TRIGGER levelup_emptied;
"""
TRIGGERS = ("levelup_changed", "levelup_deleted", "levelup_emptied")
WATCHED = """
SELECT relname FROM unnest(%s::text[]) AS relname
 WHERE (SELECT count(*) FROM pg_trigger
         WHERE tgrelid = to_regclass('public.' || relname) AND tgenabled = 'A'
           AND tgname = ANY(%s)) < 3
 ORDER BY relname
"""
NOTED = f"SELECT relation, before, after FROM {SCHEMA}.noted ORDER BY id"
ORDERED = """
SELECT DISTINCT product_id FROM public.orders_orderline
 WHERE id > %s AND product_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Change:
    """Data of the seed that is not as it was: the foul that says so, and its values."""

    foul: str
    params: dict[str, Any]


class Fingerprint:
    """The seed's data in the database of one shop."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self._columns: dict[str, dict[str, int]] = {}
        """By table, the type of each of its columns as the seed made them."""
        self._announced: set[tuple[str, int]] = set()
        self._open: set[str] = set()
        self._last_line = 0
        self._watches = False

    @property
    def columns(self) -> dict[str, dict[str, int]]:
        """By table, the type of each of its columns as the seed made them; known once kept."""
        return self._columns

    # -- the learner's migrations ------------------------------------------------------------------

    def keep(self) -> None:
        """Put a copy aside before the learner's migrations."""
        self._read_columns()
        copies = "".join(
            f"CREATE UNLOGGED TABLE {SCHEMA}.{table} AS SELECT {', '.join(map(_quoted, columns))}"
            f" FROM public.{table};\n"
            for table, columns in self._columns.items()
        )
        self.shop.sql(f"CREATE SCHEMA {SCHEMA};\n{copies}")

    def compare(self) -> Change | None:
        """Return what is not as the copy has it, the table with most such rows."""
        if disguise := self._disguised():
            return disguise
        changes = [change for table in self._columns for change in self._compared(table)]
        return max(changes, key=lambda change: int(change.params["count"]), default=None)

    def _read_columns(self) -> None:
        for table, names, types in self.shop.sql(COLUMNS, [list(OWN)]):
            kept = OWN.get(table)
            self._columns[table] = {
                name: kind
                for name, kind in zip(names, types, strict=True)
                if kept is None or name in kept or name == "id"
            }

    def _disguised(self) -> Change | None:
        """Return which table of the seed is not what the shop's statements find."""
        tables = list(self._columns)
        for table, what in self.shop.sql(DISGUISES, [tables, SCHEMA]):
            return Change("data_hidden", {"table": table, "what": what})
        for (setting,) in self.shop.sql(ABROAD, [ROLE]):
            return Change("data_hidden", {"table": tables[0], "what": setting})
        now = {table: set(names) for table, names, _ in self.shop.sql(COLUMNS, [list(OWN)])}
        for table, columns in self._columns.items():
            for name in columns:
                if name not in now[table]:
                    return Change("data_hidden", {"table": f"{table}.{name}", "what": "gone"})
        return None

    def _compared(self, table: str) -> Iterator[Change]:
        """Yield how the rows of *table* differ from the copy, if they do."""
        columns = self._columns[table]
        types = {t: dict(zip(n, k, strict=True)) for t, n, k in self.shop.sql(COLUMNS, [list(OWN)])}
        differs = " OR ".join(
            f"b.{c} IS DISTINCT FROM a.{c}"
            if types[table][name] == columns[name]
            else f"to_jsonb(b.{c}) IS DISTINCT FROM to_jsonb(a.{c})"
            for name, c in ((name, _quoted(name)) for name in columns)
        )
        query = (
            f"SELECT count(*) OVER (), to_jsonb(b), to_jsonb(a) FROM {SCHEMA}.{table} AS b"
            f" FULL JOIN public.{table} AS a ON a.id = b.id WHERE {differs} LIMIT 1"
        )
        for count, before, after in self.shop.sql(query):
            yield _change(table, count, before, after, columns, "migrations")

    # -- while the shop is up ----------------------------------------------------------------------

    def watch(self, kept: Fingerprint | None = None) -> None:
        """Have PostgreSQL note which rows of the seed the shop changes from now on.

        What the seed's columns are, *kept* knows where another shop on this database laid it down.
        """
        if kept is not None:
            self._columns = kept.columns
        if not self._columns:
            self._read_columns()
        tables = {t: c for t, c in self._columns.items() if "id" in c}
        ids = ", ".join(f"(SELECT coalesce(max(id), 0) FROM public.{table})" for table in tables)
        last = dict(zip(tables, self.shop.sql(f"SELECT {ids}")[0], strict=True))
        self._last_line = int(last.get("orders_orderline", 0))
        self.shop.sql(
            NOTES
            + "".join(
                WATCH.format(
                    table=table,
                    last=last[table],
                    whose=WHOSE,
                    schema=SCHEMA,
                    old=", ".join(f"OLD.{_quoted(name)}" for name in columns),
                    new=", ".join(f"NEW.{_quoted(name)}" for name in columns),
                )
                for table, columns in tables.items()
            )
        )
        self._watches = True

    def announce(self, table: str, key: int) -> None:
        """Say that somebody of ours has the shop change the row *key* of *table*."""
        self._announced.add((table, key))

    def announce_all(self, table: str) -> None:
        """Say that somebody of ours has the shop change any row of *table*."""
        self._open.add(table)

    def look(self) -> Change | None:
        """Return what the shop changed although nobody asked it to, the most frequent first."""
        if not self._watches:
            return None
        if disguise := self._disguised():
            return disguise
        for (table,) in self.shop.sql(WATCHED, [list(self._columns), list(TRIGGERS)]):
            return Change("data_hidden", {"table": table, "what": "unwatched"})
        changed: dict[str, list[tuple[Any, Any]]] = {}
        for table, before, after in self._unasked(self.shop.sql(NOTED)):
            changed.setdefault(table, []).append((before, after))
        if not changed:
            return None
        table = max(changed, key=lambda name: len(changed[name]))
        rows = changed[table]
        return _change(table, len(rows), *rows[0], self._columns[table], "run")

    def _unasked(self, noted: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Return those changes that neither our people nor the shop's customers caused."""
        found = []
        stock: dict[int, tuple[Any, Any]] = {}
        for table, before, after in noted:
            if table in self._open or (before and (table, before["id"]) in self._announced):
                continue
            if table == STOCK and after is not None:
                first, _ = stock.get(before["product_id"], (before, after))
                stock[before["product_id"]] = (first, after)
            else:
                found.append((table, before, after))
        # Whoever orders takes from the shelf; what was ordered and then was not comes back to it.
        bought = {key for (key,) in self.shop.sql(ORDERED, [self._last_line])} if stock else set()
        found += [
            (STOCK, before, after)
            for key, (before, after) in stock.items()
            if key not in bought and before != after
        ]
        return found


def _change(
    table: str, count: int, before: Any, after: Any, columns: dict[str, int], when: str
) -> Change:
    """Return the foul for *count* rows of *table*, one of which was *before* and is *after*."""
    row = (before or after or {}).get("id", "*")
    if before is None:
        # Emptied at a stroke, or a row that the seed never had.
        example = f"{row}: + {_short(after)}" if after else "*: –"
    elif after is None:
        example = f"{row}: –"
    else:
        name = next((c for c in columns if before.get(c) != after.get(c)), "id")
        example = f"{row}: {name} = {_short(before.get(name))} → {_short(after.get(name))}"
    params = {"table": table, "count": count, "example": example, "when": when}
    return Change("data_changed", params)


def _short(value: Any, most: int = 40) -> str:
    return cut(" ".join(str(value).split()), most)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
