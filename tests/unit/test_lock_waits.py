"""Who waits for whom is told as chains, and drawn."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tutor.base.errors import TutorError
from tutor.curriculum import load_levels
from tutor.machine.command import ServiceInfo
from tutor.stack import database_figures
from tutor.stack.lock_waits import WAITING_IN, LockSession, chains, look_at_locks
from tutor.stack.snapshot import SystemSnapshot
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


class Server:
    """A server that notes who connects; in the *crowded* database somebody waits."""

    def __init__(self, max_connections: int, crowded: str = "") -> None:
        self.max_connections = max_connections
        self.crowded = crowded
        self.connected: list[str] = []

    def connect(self, database: str) -> Any:
        """Return a connection that finds nobody in any database."""
        self.connected.append(database)
        waiting = SimpleNamespace(fetchone=lambda: (self.crowded,) if self.crowded else None)
        return SimpleNamespace(
            execute=lambda query: waiting if query == WAITING_IN else [], close=lambda: None
        )


@pytest.mark.parametrize("number", [5, 7])
def test_nobody_looks_where_a_level_counts_connections(number: int) -> None:
    """A superuser's session is one less for the shop, which could be turned away for it."""
    level = next(level for level in load_levels() if level.number == number)
    server = Server(level.machine.max_connections)

    with pytest.raises(TutorError, match="20 connections"):
        look_at_locks(cast("Any", server), "shop")

    assert server.connected == []


@pytest.mark.parametrize(
    ("crowded", "connected"),
    [("", ["shop"]), ("shop", ["shop"]), ("run_1", ["shop", "run_1"])],
    ids=["nobody waits", "somebody waits here", "somebody waits in a run"],
)
def test_a_look_takes_another_connection_only_for_another_database(
    crowded: str, connected: list[str]
) -> None:
    """Names of tables are only known where they are."""
    server = Server(100, crowded)

    assert look_at_locks(cast("Any", server), "shop") == []
    assert server.connected == connected


@pytest.mark.parametrize(
    ("limit", "wanted", "oldest", "asked"),
    [
        (100, None, 12.3, 1),
        (100, ["postgres.oldest_transaction"], 12.3, 1),
        (100, ["postgres.connections"], None, 0),
        (20, None, None, 0),
        (20, ["postgres.oldest_transaction"], None, 0),
    ],
)
def test_the_oldest_transaction_is_asked_for_where_it_is_wanted_and_takes_nothing_scarce(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
    limit: int,
    wanted: list[str] | None,
    oldest: float | None,
    asked: int,
) -> None:
    """The monitor counts sessions without one of its own; this figure alone needs one."""
    questions: list[str] = []

    def ask(port: int, system: SystemSnapshot, query: str) -> tuple[float]:
        questions.append(query)
        return (12.34,)

    waits = database_figures.Session(7, b"shop", b"SELECT waiting")
    monkeypatch.setattr(database_figures, "_sessions", lambda pids: [waits])
    monkeypatch.setattr(database_figures, "_ask", ask)
    system = SystemSnapshot({}, None, {}, tmp_path, wanted=wanted)

    info = ServiceInfo(kind="postgres", max_connections=limit)
    figures = database_figures.postgres(info, [1, 7], system)

    assert (figures["oldest_transaction"], len(questions)) == (oldest, asked)
    assert figures["waiting_for_lock"] == 1
