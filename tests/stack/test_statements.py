"""Statements are counted where they arrive, whatever way they came."""

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tutor.base.errors import TutorError
from tutor.probes.statements import StatementLog
from tutor.stack.ground import Ground
from tutor.stack.services.postgres import ROLE

pytestmark = pytest.mark.services


class Shop:
    """The shop's database, and the ways into it."""

    def __init__(self, ground: Ground, database: str) -> None:
        self.ground = ground
        self.database = database
        self.log = StatementLog(ground.postgres)

    def connect(self, database: str = "") -> psycopg.Connection[Any]:
        """Connect as the learner's code does."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.ground.postgres.port,
            user=ROLE,
            password=self.ground.databases.role_password,
            dbname=database or self.database,
            autocommit=True,
        )

    def ask(self, query: str, *params: object) -> None:
        """Ask something on a connection of its own."""
        with self.connect() as connection:
            connection.execute(query, params or None)


@pytest.fixture
def shop(ground: Ground) -> Iterator[Shop]:
    """A database of the shop's."""
    database = ground.databases.clone(ground.seed)
    yield Shop(ground, database)
    ground.databases.drop(database)


def test_every_way_of_asking_is_counted_once(shop: Shop) -> None:
    """Simple, with parameters, prepared, in a thread, over a second connection, in a batch."""
    with shop.log.counting(shop.database) as statements:
        shop.ask("SELECT 1")
        shop.ask("SELECT %s::int", 2)
        with shop.connect() as connection:
            connection.execute("SELECT %s::int", [3], prepare=True)
            connection.execute("SELECT %s::int", [4], prepare=True)
        thread = threading.Thread(target=shop.ask, args=["SELECT 5"])
        thread.start()
        thread.join()
        with shop.connect() as first, shop.connect() as second:
            first.execute("SELECT 6")
            second.execute("SELECT 7")
        with shop.connect() as connection, connection.cursor() as cursor:
            cursor.executemany("SELECT %s::int", [(8,), (9,)])

    assert statements.count == 9, statements.texts
    assert statements.texts[0] == "SELECT 1"


@pytest.mark.parametrize(
    "message",
    [
        r"SET application_name = E'\''; SELECT 1; SELECT 2; --'",
        "SET application_name = 'x' /* /* */ ' */; SELECT 1; SELECT 2; --'",
        "SET application_name = a$b$; SELECT 1 AS c$b$; SELECT 2",
        "SELECT set_config('a.b', upper('c'), true); SELECT 2",
    ],
)
def test_no_statement_hides_in_a_message(shop: Shop, message: str) -> None:
    """Whatever it looks like, what PostgreSQL answers to is counted."""
    with shop.log.counting(shop.database) as statements, shop.connect() as connection:
        answers = connection.pgconn.exec_(message.encode())
        assert answers.status == psycopg.pq.ExecStatus.TUPLES_OK, answers.error_message

    assert statements.count == 2, statements.texts


def test_a_name_hides_no_statement(shop: Shop) -> None:
    """A prepared one is called as the shop likes, also as if it began a transaction."""
    with shop.log.counting(shop.database) as statements, shop.connect() as connection:
        connection.pgconn.prepare(b"x: BEGIN", b"SELECT 1")
        connection.pgconn.exec_prepared(b"x: BEGIN", [])

    assert statements.texts == ["BEGIN: SELECT 1"]


def test_work_that_never_ends_is_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked after the wait is not counted: a count of less than all is no count."""
    monkeypatch.setattr("tutor.probes.statements.IDLE_TIMEOUT", 0.3)
    with shop.connect() as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT 'and on'")

        with (
            pytest.raises(TutorError, match="idle in transaction") as caught,
            shop.log.counting(shop.database),
        ):
            pass

    assert "and on" in caught.value.message
    assert "transaction" in caught.value.hint


def test_work_that_a_thread_is_still_at_is_waited_for(shop: Shop) -> None:
    """The page may be out of the door before its thread has asked everything."""
    asked = threading.Event()

    def work() -> None:
        with shop.connect() as connection, connection.transaction():
            asked.set()
            connection.execute("SELECT pg_sleep(0.5)")
            connection.execute("SELECT 'the last one'")

    thread = threading.Thread(target=work)
    with shop.log.counting(shop.database) as statements:
        thread.start()
        asked.wait()
        # The statement must have arrived: what is not even sent cannot be waited for.
        while not _busy(shop):
            pass
    thread.join()

    assert statements.texts == ["SELECT pg_sleep(0.5)", "SELECT 'the last one'"]


def _busy(shop: Shop) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND state = 'active'"
    with shop.ground.postgres.connect("postgres") as connection:
        return bool(connection.execute(query, [ROLE]).fetchone()[0])


def test_what_we_ask_ourselves_is_not_counted(shop: Shop) -> None:
    """The superuser looks on; so does nobody in another database."""
    other = shop.ground.databases.clone(shop.ground.seed)

    with shop.log.counting(shop.database) as statements:
        with shop.ground.postgres.connect(shop.database) as connection:
            connection.execute("SELECT 'ours'")
        with shop.connect(other) as connection:
            connection.execute("SELECT 'another shop'")
        shop.ask("SELECT 'counted'")

    assert statements.texts == ["SELECT 'counted'"]
    shop.ground.databases.drop(other)


def test_managing_the_session_is_not_counted(shop: Shop) -> None:
    """Transactions and settings fetch nothing."""
    with shop.log.counting(shop.database) as statements, shop.connect() as connection:
        connection.execute("SET application_name = 'x'")
        with connection.transaction():
            connection.execute("SELECT 1")

    assert statements.texts == ["SELECT 1"]


def test_what_postgresql_refuses_is_kept_apart(shop: Shop) -> None:
    """By SQLSTATE: how often, and in which words."""
    with shop.log.counting(shop.database) as statements, shop.connect() as connection:
        for _ in range(2):
            with pytest.raises(psycopg.errors.UndefinedTable):
                connection.execute("SELECT 1 FROM nirvana")
        with pytest.raises(psycopg.OperationalError, match="terminating"):
            connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    assert statements.problems == {"42P01": 2, "57P01": 1}
    assert statements.examples["42P01"] == 'relation "nirvana" does not exist'


def test_what_came_before_and_after_is_not_counted(shop: Shop) -> None:
    """Only the block counts, also when many blocks follow each other."""
    for number in range(20):
        shop.ask("SELECT 'before'")
        with shop.log.counting(shop.database) as statements:
            shop.ask(f"SELECT {number}")
        shop.ask("SELECT 'after'")

        assert statements.texts == [f"SELECT {number}"]


def test_a_statement_of_many_lines_and_of_great_length_is_one(shop: Shop) -> None:
    """However the log has to write it down."""
    long = "SELECT 1\n  FROM generate_series(1, 2)\n WHERE 1 IN (" + "1, " * 30_000 + "1)"

    with shop.log.counting(shop.database) as statements:
        shop.ask(long)

    assert statements.texts == [long]


@pytest.mark.parametrize(
    "attempt",
    [
        "SET log_statement = 'none'",
        f"ALTER ROLE {ROLE} SET log_statement = 'none'",
        f"ALTER ROLE {ROLE} RESET log_statement",
        "ALTER SYSTEM SET log_statement = 'none'",
        "ALTER SYSTEM SET logging_collector = off",
        f"ALTER ROLE {ROLE} SUPERUSER",
        "SET SESSION AUTHORIZATION tutor",
        "COPY (SELECT 1) TO '/tmp/levelup-escaped'",
        "SELECT pg_rotate_logfile()",
    ],
)
def test_the_shop_cannot_switch_the_log_off(shop: Shop, attempt: str) -> None:
    """Its role lacks the right; the attempt itself is on the log."""
    with (
        shop.log.counting(shop.database) as statements,
        shop.connect() as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(attempt)

    assert statements.texts == ([] if attempt.startswith("SET ") else [attempt])


def test_where_nothing_is_counted_the_shop_has_no_way_in(shop: Shop) -> None:
    """A seed has every row, and a thousand statements there would be nobody's."""
    with shop.ground.postgres.connect("postgres") as connection:
        found = connection.execute("SELECT datname FROM pg_database").fetchall()
    seeds = {name for (name,) in found if name.startswith("seed_")}

    assert shop.ground.seed in seeds
    for name in seeds:
        with pytest.raises(psycopg.OperationalError):
            shop.connect(name)
