"""A witness in the database: which locks each statement of a migration took, and what it did.

Event triggers and statement triggers of the superuser write it down in a schema of the judge's; the
shop's role can neither read nor empty it. So nothing is judged by how long it took. A table's owner
may switch its triggers off, drop or replace them: after each statement of that kind, and before any
other can come, those of the witness are put back.
"""

# What is put into the statements is ours: a number of a table, the name of a role.
# ruff: noqa: S608

from dataclasses import dataclass
from typing import Any

from tutor.lab.shop import Shop
from tutor.stack.services.postgres import ROLE

SCHEMA = "witness"
PATIENCE = 0x57174E55
"""The class of the advisory locks that say how long a statement would wait for a lock."""
MODES = (
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)
"""The locks of a table, the weakest first."""
KEEPS_WRITERS_OUT = MODES.index("ShareLock") + 1
"""From this one on, somebody of the shop waits."""
INSTALL = f"""
CREATE SCHEMA {SCHEMA};
CREATE TABLE {SCHEMA}.ddl (id bigserial PRIMARY KEY, xid xid8, tag text, mode int,
                           held int, patience int, is_read boolean, is_child boolean,
                           statement text);
CREATE TABLE {SCHEMA}.dml (id bigserial PRIMARY KEY, xid xid8, kind text, changed bigint, mode int);
CREATE TABLE {SCHEMA}.rewritten (id bigserial PRIMARY KEY, xid xid8, statement text);

CREATE FUNCTION {SCHEMA}.strongest() RETURNS int LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT coalesce(max(array_position(%(modes)s::text[], mode)), 0) FROM pg_locks
     WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted AND relation = %(table)s
$$;

CREATE FUNCTION {SCHEMA}.is_through() RETURNS void LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT pg_advisory_unlock_shared({PATIENCE}, objid::bigint::int) FROM pg_locks
     WHERE pid = pg_backend_pid() AND locktype = 'advisory' AND classid = {PATIENCE};
$$;

-- Seen by others at once, whatever becomes of the transaction: how long it would wait for a lock.
CREATE FUNCTION {SCHEMA}.begins() RETURNS event_trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    patience int;
BEGIN
    IF session_user <> '{ROLE}' THEN RETURN; END IF;
    SELECT coalesce(min(setting::int), 0) INTO patience FROM pg_settings
     WHERE name IN ('lock_timeout', 'statement_timeout', 'transaction_timeout')
       AND setting <> '0';
    PERFORM {SCHEMA}.is_through();
    PERFORM pg_try_advisory_lock_shared({PATIENCE}, patience);
    -- Not in a table: DROP INDEX CONCURRENTLY must be the first that its transaction writes.
    PERFORM set_config('witness.begun', format('%%s %%s %%s', patience, {SCHEMA}.strongest(),
                       pg_stat_get_xact_numscans(%(table)s)), true);
END $$;

CREATE FUNCTION {SCHEMA}.ended() RETURNS event_trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    begun bigint[] := string_to_array(
        nullif(current_setting('witness.begun', true), ''), ' ')::bigint[];
BEGIN
    IF session_user <> '{ROLE}' THEN RETURN; END IF;
    PERFORM {SCHEMA}.is_through();
    INSERT INTO {SCHEMA}.ddl (xid, tag, mode, patience, held, is_read, is_child, statement)
    SELECT pg_current_xact_id(), tg_tag, {SCHEMA}.strongest(), begun[1], begun[2],
           coalesce(pg_stat_get_xact_numscans(%(table)s) > begun[3], false),
           EXISTS (SELECT FROM pg_inherits WHERE inhrelid = %(table)s),
           left(regexp_replace(current_query(), '\\s+', ' ', 'g'), 200);
    PERFORM {SCHEMA}.sits_down();
END $$;

CREATE FUNCTION {SCHEMA}.rewrites() RETURNS event_trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF pg_event_trigger_table_rewrite_oid() = %(table)s THEN
        INSERT INTO {SCHEMA}.rewritten (xid, statement)
        VALUES (pg_current_xact_id(),
                left(regexp_replace(current_query(), '\\s+', ' ', 'g'), 200));
    END IF;
END $$;

CREATE FUNCTION {SCHEMA}.changes() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF tg_op = 'TRUNCATE' THEN
        INSERT INTO {SCHEMA}.dml (xid, kind, changed, mode)
        VALUES (pg_current_xact_id(), tg_op, 0, {SCHEMA}.strongest());
    ELSE
        INSERT INTO {SCHEMA}.dml (xid, kind, changed, mode)
        SELECT pg_current_xact_id(), tg_op, count(*), {SCHEMA}.strongest() FROM touched;
    END IF;
    RETURN NULL;
END $$;

-- Whatever became of the table's triggers meanwhile: these are there again, and switched on.
CREATE FUNCTION {SCHEMA}.sits_down() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    watched text;
    event text;
    touched text;
BEGIN
    SELECT format('%%I.%%I', nspname, relname) INTO watched
      FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE pg_class.oid = %(table)s;
    IF watched IS NULL THEN RETURN; END IF;
    FOR event, touched IN VALUES ('update', 'REFERENCING NEW TABLE AS touched'),
        ('insert', 'REFERENCING NEW TABLE AS touched'),
        ('delete', 'REFERENCING OLD TABLE AS touched'), ('truncate', '')
    LOOP
        -- Either statement comes back here when it is through: make only what is not there.
        IF NOT EXISTS (
            SELECT FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
             WHERE tgrelid = %(table)s AND tgname = 'witness_' || event
               AND proname = 'changes' AND pronamespace = '{SCHEMA}'::regnamespace)
        THEN
            EXECUTE format('CREATE OR REPLACE TRIGGER witness_%%s AFTER %%s ON %%s %%s'
                           ' FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.changes()',
                           event, event, watched, touched);
        END IF;
        IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = %(table)s
                      AND tgname = 'witness_' || event AND tgenabled <> 'A')
        THEN
            EXECUTE format('ALTER TABLE %%s ENABLE ALWAYS TRIGGER witness_%%s', watched, event);
        END IF;
    END LOOP;
END $$;
SELECT {SCHEMA}.sits_down();

CREATE EVENT TRIGGER witness_begins ON ddl_command_start EXECUTE FUNCTION {SCHEMA}.begins();
CREATE EVENT TRIGGER witness_ended ON ddl_command_end EXECUTE FUNCTION {SCHEMA}.ended();
CREATE EVENT TRIGGER witness_rewrites ON table_rewrite EXECUTE FUNCTION {SCHEMA}.rewrites();
"""
IDENTITY = "SELECT oid::bigint, relfilenode::bigint FROM pg_class WHERE oid = to_regclass(%s)"
LARGEST = f"""
SELECT coalesce(max(total), 0)::bigint
  FROM (SELECT sum(changed) AS total FROM {SCHEMA}.dml GROUP BY xid) AS by_transaction
"""
LOCKED = f"""
SELECT sum(changed)::bigint, (SELECT statement FROM {SCHEMA}.ddl AS d WHERE d.xid = dml.xid
                               ORDER BY mode DESC, id LIMIT 1)
  FROM {SCHEMA}.dml AS dml
 GROUP BY xid
HAVING greatest(max(mode), (SELECT max(mode) FROM {SCHEMA}.ddl AS d WHERE d.xid = dml.xid)) >= %s
   AND sum(changed) > 0
 ORDER BY 1 DESC
"""
EMPTIED = f"SELECT EXISTS (SELECT FROM {SCHEMA}.dml WHERE kind = 'TRUNCATE')"
BECAME_CHILD = f"SELECT statement FROM {SCHEMA}.ddl WHERE is_child ORDER BY id LIMIT 1"
READ = f"SELECT statement FROM {SCHEMA}.ddl WHERE is_read AND mode >= %s ORDER BY id"
UNBOUNDED = f"""
SELECT statement FROM {SCHEMA}.ddl
 WHERE mode = %s AND held < mode AND NOT patience BETWEEN 1 AND %s ORDER BY id
"""
REWRITTEN = f"SELECT statement FROM {SCHEMA}.rewritten ORDER BY id"
UNTOLD = "VACUUM FULL / CLUSTER"
"""What writes a table anew and tells nobody: it shows by the file the table is in."""
NOTES = f"""
SELECT (SELECT count(*) FROM {SCHEMA}.ddl) + (SELECT count(*) FROM {SCHEMA}.dml)
"""
PATIENCE_OF = """
SELECT min(objid::bigint) FROM pg_locks
 WHERE pid = %s AND locktype = 'advisory' AND classid = %s AND granted
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was done to the watched table."""

    largest: int
    """The most rows that one transaction changed."""
    locked: int
    """Rows that were changed in transactions which kept visitors out meanwhile."""
    locked_by: str
    """The statement whose lock the largest of them held."""
    rewritten: tuple[str, ...]
    """The statements that rewrote it."""
    read: tuple[str, ...]
    """The statements that read all of it while visitors were kept out."""
    is_another: bool
    """Whether it is not the table any more that it was, or was emptied and filled again."""
    hidden_by: str
    """The statement that put it below another table, through which its rows change unseen."""


class Witness:
    """Watches one *table* of the database of *shop*."""

    def __init__(self, shop: Shop, table: str) -> None:
        self._shop = shop
        self._table = table
        self._identity: tuple[int, int] = (0, 0)

    def install(self) -> None:
        """Begin to watch."""
        self._identity = self._look()
        modes = ", ".join(f"'{mode}'" for mode in MODES)
        values = {"table": self._identity[0], "name": self._table, "modes": f"ARRAY[{modes}]"}
        self._shop.sql(INSTALL % values)

    def patience_of(self, connection: Any, pid: int) -> int | None:
        """Return after how many milliseconds the DDL of the session *pid* gives up; 0 for never.

        None where it is at none.
        """
        row = connection.execute(PATIENCE_OF, [pid, PATIENCE]).fetchone()
        return None if row[0] is None else int(row[0])

    def notes(self, connection: Any) -> int:
        """Return how much was noted so far."""
        return int(connection.execute(NOTES).fetchone()[0])

    def testify(self) -> Evidence:
        """Return what was seen so far."""
        sql = self._shop.sql
        locked = sql(LOCKED, [KEEPS_WRITERS_OUT])
        rewritten = tuple(statement for (statement,) in sql(REWRITTEN))
        (table, file), was_emptied = self._look(), bool(sql(EMPTIED)[0][0])
        if not rewritten and not was_emptied and file != self._identity[1]:
            rewritten = (UNTOLD,)
        return Evidence(
            largest=sql(LARGEST)[0][0],
            locked=sum(int(rows) for rows, _ in locked),
            locked_by=(locked[0][1] or "") if locked else "",
            rewritten=rewritten,
            read=tuple(statement for (statement,) in sql(READ, [KEEPS_WRITERS_OUT])),
            is_another=was_emptied or table != self._identity[0],
            hidden_by=next((statement for (statement,) in sql(BECAME_CHILD)), ""),
        )

    def unbounded(self, most_patience: int) -> list[str]:
        """Return the statements that would wait longer for the whole table, if somebody had it.

        Whether anybody did or not: whoever gave up once may ask for it again without an end.
        """
        everybody = MODES.index("AccessExclusiveLock") + 1
        return [text for (text,) in self._shop.sql(UNBOUNDED, [everybody, most_patience])]

    def _look(self) -> tuple[int, int]:
        """Return the number of the table, and of the file that it is in."""
        rows = self._shop.sql(IDENTITY, [f"public.{self._table}"])
        return (rows[0][0], rows[0][1]) if rows else (0, 0)
