"""A release: two shops on one database, migrations one at a time, and a witness in PostgreSQL."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest

from tutor.base.cancel import Cancel
from tutor.base.errors import ShopError
from tutor.curriculum.compose import compose
from tutor.lab import Lab, Notebook, RolledOut, ShopFiles, Shops
from tutor.lab.instruments.release.sandglass import goes_first
from tutor.lab.instruments.release.witness import SCHEMA, Evidence, Witness
from tutor.lab.own_connection import rows_of
from tutor.learner.session import Session
from tutor.stack.ground import Ground
from tutor.stack.lock_waits import sessions_in

pytestmark = pytest.mark.services

TABLE = "catalog_review"
MIGRATION = """\
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '{patience}'"),
        migrations.RunSQL("ALTER TABLE catalog_review ADD COLUMN mood text"),
    ]
"""

Watched = tuple[Any, Callable[[], Evidence], Witness, Any]


@pytest.fixture
def watched(ground: Ground) -> Iterator[Watched]:
    """The shop's own session in a database with a witness, what it saw, and a superuser's."""
    name = ground.databases.clone(ground.seed)
    with (
        closing(ground.postgres.connect(name)) as superuser,
        closing(ground.databases.connect(name, "learner")) as session,
    ):
        shop = SimpleNamespace(sql=lambda query, params=(): rows_of(superuser, query, params))
        witness = Witness(cast("Any", shop), TABLE)
        witness.install()
        yield session, witness.testify, witness, superuser
    ground.databases.drop(name)


def test_the_witness_tells_what_keeps_visitors_out(watched: Watched) -> None:
    """What is only added, validated or built beside is fine; what reads or writes all is told."""
    session, testify, _, _ = watched
    for harmless in (
        f"ALTER TABLE {TABLE} ADD COLUMN a boolean NOT NULL DEFAULT false",
        f"ALTER TABLE {TABLE} ADD CONSTRAINT c CHECK (stars IS NOT NULL) NOT VALID",
        f"ALTER TABLE {TABLE} VALIDATE CONSTRAINT c",
        f"CREATE INDEX CONCURRENTLY i ON {TABLE} (a)",
        f"UPDATE {TABLE} SET a = true WHERE id <= 300",
        f"ALTER TABLE {TABLE} ADD COLUMN b int",
    ):
        session.execute(harmless)
    fine = testify()
    session.execute(f"UPDATE {TABLE} SET b = 1")
    session.execute(f"ALTER TABLE {TABLE} ALTER b SET NOT NULL")
    session.execute(f"ALTER TABLE {TABLE} ALTER stars TYPE bigint")
    seen = testify()

    assert (fine.read, fine.rewritten, fine.locked, fine.largest) == ((), (), 0, 300)
    assert not fine.is_another
    assert [text.split(" ALTER ")[1] for text in seen.read[:1]] == ["b SET NOT NULL"]
    assert len(seen.rewritten) == 1
    assert seen.largest > 1000
    assert seen.locked == 0


def test_rows_changed_under_a_lock_are_counted_and_a_transaction_taken_back_is_not(
    watched: Watched,
) -> None:
    """Whichever came first in it, the lock or the rows."""
    session, testify, _, _ = watched
    with session.transaction(force_rollback=True):
        session.execute(f"ALTER TABLE {TABLE} ADD COLUMN a int")
        session.execute(f"UPDATE {TABLE} SET a = 1")
    nothing = testify()
    with session.transaction():
        session.execute(f"UPDATE {TABLE} SET stars = stars WHERE id <= 10")
        session.execute(f"ALTER TABLE {TABLE} ADD COLUMN a int")
    after = testify()
    with session.transaction():
        session.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {TABLE}")
        session.execute(f"TRUNCATE {TABLE}")
        session.execute(f"INSERT INTO {TABLE} SELECT * FROM kept")

    assert nothing.locked == 0
    assert after.locked == 10
    assert "ADD COLUMN a" in after.locked_by
    assert testify().is_another


def test_how_long_a_statement_would_wait_is_known_while_it_waits(watched: Watched) -> None:
    """Others see it before it has the lock; what limits a statement limits its wait, too."""
    session, _, witness, superuser = watched
    known = []
    with closing(another(superuser)) as reader, ThreadPoolExecutor(1) as pool:
        for setting in ("lock_timeout = '700ms'", "statement_timeout = '300ms'", "lock_timeout=0"):
            reader.execute(f"SELECT count(*) FROM {TABLE}")
            session.execute("RESET lock_timeout")
            session.execute(f"SET {setting}")
            waits = pool.submit(session.execute, f"ALTER TABLE {TABLE} ADD COLUMN a int")
            while (patience := patience_of(session, witness, superuser)) is None:
                assert not waits.done()
            known.append(patience)
            reader.rollback()
            waits.result(timeout=10)
            session.execute(f"ALTER TABLE {TABLE} DROP COLUMN a")
            session.execute("RESET statement_timeout")

    assert known == [700, 300, 0]
    assert patience_of(session, witness, superuser) is None


def another(connection: Any) -> Any:
    """Return one more session like *connection*, with a transaction."""
    return psycopg.connect(connection.info.dsn, password=connection.info.password)


def patience_of(session: Any, witness: Witness, superuser: Any) -> int | None:
    """Return what is known of *session*."""
    return witness.patience_of(superuser, session.info.backend_pid)


def test_who_does_not_say_how_long_it_waits_is_told_by_who_goes_first(watched: Watched) -> None:
    """LOCK TABLE tells no event trigger; one of ours stands behind it."""
    session, _, witness, superuser = watched
    pid = session.info.backend_pid
    # Whoever goes is given time: on a crowded machine a backend hears of its own timeout late.
    for waits, goes, patience in (("100ms", True, 10_000), ("30s", False, 400)):
        with closing(another(superuser)) as reader, ThreadPoolExecutor(1) as pool:
            reader.execute(f"SELECT count(*) FROM {TABLE}")
            session.execute(f"SET lock_timeout = '{waits}'")
            session.execute("BEGIN")
            locks = pool.submit(session.execute, f"LOCK TABLE {TABLE}")
            while not (one := [s for s in sessions_in(superuser) if s.pid == pid and s.is_waiting]):
                assert not locks.done()
            went = goes_first(superuser, one[0], patience)
            told = patience_of(session, witness, superuser)
            reader.rollback()
            assert isinstance(locks.exception(), psycopg.errors.LockNotAvailable) is goes
        session.execute("ROLLBACK")

        assert told is None
        assert went is goes


ALL_AT_ONCE = f"UPDATE {TABLE} SET stars = stars"
REPLACE = (
    f"CREATE OR REPLACE TRIGGER witness_update AFTER UPDATE ON {TABLE}"
    " FOR EACH STATEMENT EXECUTE FUNCTION looks_away()"
)


LOOK_AWAY = (
    f"ALTER TABLE {TABLE} DISABLE TRIGGER USER",
    f"ALTER TABLE {TABLE} ENABLE REPLICA TRIGGER witness_update",
    f"DROP TRIGGER witness_update ON {TABLE}",
    REPLACE,
    f"ALTER TRIGGER witness_update ON {TABLE} RENAME TO another",
)


def test_whose_table_it_is_cannot_have_the_witness_look_away(watched: Watched) -> None:
    """Its triggers are back before the next statement."""
    session, testify, _, _ = watched
    session.execute(
        "CREATE FUNCTION looks_away() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
    )
    seen = [0]
    for attempt in LOOK_AWAY:
        with session.transaction():
            session.execute(attempt)
            session.execute(ALL_AT_ONCE)
        seen.append(testify().locked)
        more = seen[-1] - seen[-2]

        assert more > 1000, attempt


def test_a_table_that_was_hung_below_another_is_told(watched: Watched) -> None:
    """Through a parent its rows change, and none of its own triggers fires."""
    session, testify, _, _ = watched
    assert testify().hidden_by == ""
    session.execute("CREATE TABLE above (stars smallint NOT NULL)")
    session.execute(f"ALTER TABLE {TABLE} INHERIT above")
    session.execute("UPDATE above SET stars = stars")
    session.execute(f"ALTER TABLE {TABLE} NO INHERIT above")

    assert "INHERIT above" in testify().hidden_by


def test_emptied_is_another_table_and_written_anew_is_the_same(watched: Watched) -> None:
    """Whatever of the two happened, and whether somebody was told of it."""
    session, testify, _, _ = watched
    session.execute(f"VACUUM FULL {TABLE}")
    anew = testify()
    with session.transaction():
        session.execute(f"ALTER TABLE {TABLE} ALTER stars TYPE bigint")
        session.execute(f"TRUNCATE {TABLE}")

    assert (len(anew.rewritten), anew.is_another) == (1, False)
    assert testify().is_another


OUT_OF_REACH = (
    "DROP EVENT TRIGGER witness_begins",
    "ALTER EVENT TRIGGER witness_ended DISABLE",
    f"SELECT * FROM {SCHEMA}.ddl",
    f"DELETE FROM {SCHEMA}.dml",
)


def test_the_witness_is_out_of_the_shops_reach(watched: Watched) -> None:
    """The shop's role can neither silence it nor read what it wrote."""
    for attempt in OUT_OF_REACH:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            watched[0].execute(attempt)


@pytest.fixture
def roll_out(
    ground: Ground, warm: Session, tmp_path: Path
) -> Iterator[Callable[[str], tuple[RolledOut, list[str], Lab]]]:
    """Roll out one migration with so much patience, and return how it went, and the steps."""
    level = warm.levels[0]
    files = compose(level, "fixed", warm.levels)
    path = tmp_path / "0002_mood.py"
    tested = {**files, "catalog/migrations/0002_mood.py": path}
    notebook = Notebook(level.finding_kinds, lambda event: None, Cancel())
    made = ShopFiles(tested=tested, broken=files, healthy=files, variant="mine", seed=files)
    shops = Shops(ground, notebook, made, level.machine, quick=True)
    lab = Lab(level, notebook, shops, quick=True)

    def roll(patience: str) -> tuple[RolledOut, list[str], Lab]:
        path.write_text(MIGRATION.format(patience=patience))
        steps: list[str] = []
        after: list[str] = []
        release = lab.release(
            TABLE,
            report=[f"SELECT count(*) FROM {TABLE}"],
            visitors={"reader": f"SELECT id FROM {TABLE} LIMIT 1"},
            prepare=lambda shop: None,
        )
        rolled = release.roll_out(steps.append, after_each=after.append, most_patience=2000)
        # Whatever was begun again, between two steps is a moment of its own.
        assert after == ["", "catalog.0002_mood"]
        return rolled, steps, lab

    with closing(lab):
        yield roll


def test_a_migration_that_gives_up_is_begun_again(
    roll_out: Callable[[str], tuple[RolledOut, list[str], Lab]],
) -> None:
    """The accountant is in its way once; it lets the visitor go, and arrives the second time."""
    rolled, steps, _ = roll_out("300ms")

    (meeting,) = rolled.meetings
    assert (meeting.patience, meeting.stuck) == (300, ("reader",))
    assert [session.name for session in meeting.queue] == ["accountant", "migrate", "reader"]
    assert rolled.refused == rolled.migrations == ["catalog.0002_mood"]
    assert steps == ["catalog.0002_mood", "catalog.0002_mood", ""]
    assert rolled.stuck == ""
    assert rolled.models[TABLE]["stars"] == ("stars", False)


def test_whatever_its_last_words_are_it_is_begun_again_with_nobody_in_its_way(
    roll_out: Callable[[str], tuple[RolledOut, list[str], Lab]],
) -> None:
    """It asked without waiting; nobody ever stood behind it."""
    rolled, _, _ = roll_out(f"0'; LOCK TABLE {TABLE} NOWAIT; SET LOCAL lock_timeout = '0")

    assert rolled.meetings == []
    assert rolled.refused == rolled.migrations == ["catalog.0002_mood"]


def test_what_fails_with_nobody_in_its_way_fails_for_itself(
    roll_out: Callable[[str], tuple[RolledOut, list[str], Lab]],
) -> None:
    """It has the same to say both times, and is told as what it is."""
    with pytest.raises(ShopError, match="no_such_thing"):
        roll_out("0'; SELECT no_such_thing; SET LOCAL lock_timeout = '0")


def test_a_migration_that_never_gives_up_is_let_through_at_once(
    roll_out: Callable[[str], tuple[RolledOut, list[str], Lab]],
) -> None:
    """It is known that it would wait for ever, so nobody waits to see it."""
    rolled, steps, _ = roll_out("0")

    (meeting,) = rolled.meetings
    assert (meeting.patience, meeting.stuck) == (0, ("reader",))
    assert rolled.refused == []
    assert steps == ["catalog.0002_mood", ""]
