"""Who waits for whom is told as chains, and drawn."""

from tutor.stack.lock_waits import LockSession, chains
from tutor.views.locks import LockLook, rows
from tutor.words.texts import Texts

ACCOUNTANT = LockSession(1, "accountant", "idle in transaction", "SELECT 1", 12.0)
MIGRATION = LockSession(
    *(2, "migrate", "active", "ALTER TABLE t", 3.0, (1,)),
    *("AccessExclusiveLock", "relation", "t"),
)
READER = LockSession(
    3, "reader", "active", "SELECT 2", 1.0, (2,), "AccessShareLock", "relation", "t"
)
WRITER = LockSession(
    *(4, "writer", "active", "UPDATE t", 1.0, (1, 2)),
    *("RowExclusiveLock", "relation", "t"),
)
IDLE = LockSession(5, "shop", "idle in transaction", "SELECT 3", 0.2)


def test_who_waits_stands_under_whom_it_waits_for() -> None:
    """Whoever waits for two stands behind the one that waits itself; others are in no chain."""
    found = chains([IDLE, WRITER, READER, MIGRATION, ACCOUNTANT])

    assert [(link.session.name, link.depth) for link in found] == [
        ("accountant", 0),
        ("migrate", 1),
        ("writer", 2),
        ("reader", 2),
    ]
    assert [link.is_last for link in found[2:]] == [False, True]


def test_two_who_wait_for_each_other_are_no_endless_chain() -> None:
    """PostgreSQL ends one of them soon; until then neither is the head of anything."""
    one = LockSession(1, "one", "active", "UPDATE", 1.0, (2,))
    other = LockSession(2, "other", "active", "UPDATE", 1.0, (1,))

    assert chains([one, other]) == []


def test_the_chain_is_drawn_and_those_outside_it_follow() -> None:
    """Each hangs on whom it waits for, says which lock it wants, and of which table."""
    look = LockLook((ACCOUNTANT, MIGRATION, READER, WRITER, IDLE))

    drawn = [f"{row.branch}{row.sign} {row.name}" for row in rows(Texts("en"), look)]

    assert drawn == [
        "● 1 accountant",
        "└─ ⧗ 2 migrate",
        "   ├─ ⧗ 3 reader",
        "   └─ ⧗ 4 writer",
        "● 5 shop",
    ]
    said = [row.does for row in rows(Texts("en"), look)]
    assert said[1] == "waits for AccessExclusive on t, 3 s"
    assert "12 s" in said[0]


def test_a_snapshot_that_is_waited_for_keeps_nobody_waiting() -> None:
    """CREATE INDEX CONCURRENTLY waits for a snapshot, and that is said otherwise."""
    building = LockSession(2, "migrate", "active", "CREATE INDEX", 3.0, (1,), "ShareLock",
                           "virtualxid")  # fmt: skip

    *_, row = rows(Texts("es"), LockLook((ACCOUNTANT, building)))

    assert "foto" in row.does
