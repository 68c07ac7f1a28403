"""What a command of the shop is at whose time is over, seen in PostgreSQL and by the kernel."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tutor.base.cancel import Cancel
from tutor.base.paths import shop_root
from tutor.stack import databases, late
from tutor.stack.ground import Ground
from tutor.stack.hang import place_in, threads_in
from tutor.stack.stack import ServiceFailed

pytestmark = pytest.mark.services

CONNECT = """
import os, psycopg, time
names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
db = psycopg.connect(**{k: os.environ[f"DATABASE_{name}"] for k, name in names.items()})
"""
LOCK = "LOCK TABLE catalog_review IN ACCESS EXCLUSIVE MODE"


@pytest.fixture
def database(ground: Ground) -> Iterator[str]:
    """A database of the shop."""
    name = ground.databases.clone(ground.seed)
    yield name
    ground.databases.drop(name)


def late_at(ground: Ground, database: str, code: str) -> ServiceFailed:
    """Return the failure of *code*, which does not end."""
    with pytest.raises(ServiceFailed) as caught:
        ground.databases.roll_out(code, shop_root(), database, Cancel(), {}, at_start="")
    assert caught.value.code is None
    return caught.value


def test_what_a_command_waits_for_is_seen(
    ground: Ground, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock with whoever has it, a statement, its own sleep; work is no wait, nor are many
    statements, one of which is met at each look.

    What a command before it left behind in PostgreSQL is not its own.
    """
    monkeypatch.setattr(databases, "MIGRATION_TIMEOUT", 1.5)
    monkeypatch.setattr(late, "LOOKS", 5)
    with closing(ground.databases.connect(database, "accountant")) as accountant:
        accountant.execute("BEGIN")
        accountant.execute("SELECT count(*) FROM catalog_review")
        locked = late_at(ground, database, CONNECT + f"db.execute({LOCK!r})").late
    running = late_at(ground, database, CONNECT + "db.execute('SELECT pg_sleep(60)')").late
    asleep = late_at(ground, database, "import time; time.sleep(60)\n")
    busy = late_at(ground, database, "while True: pass\n").late
    asking = late_at(ground, database, CONNECT + "while True: db.execute('SELECT 1')\n").late

    assert (locked.statement, locked.other) == (LOCK, "SELECT count(*) FROM catalog_review")
    assert (running.statement, running.other) == ("SELECT pg_sleep(60)", "")
    assert (asleep.late.statement, asleep.late.is_its_own) == ("", True)
    assert place_in(threads_in(asleep.log_tail)[0], Path("/nowhere"))[1] > 0
    assert (busy.statement, busy.is_its_own) == ("", False)
    assert busy.cpu_seconds > 0
    assert asking.statement == ""


def test_a_command_that_said_much_is_heard_as_well(
    ground: Ground, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a long log only the end is read; nobody waits for more than the answer."""
    monkeypatch.setattr(databases, "MIGRATION_TIMEOUT", 1.0)
    monkeypatch.setattr(late, "ASKED", 60.0)
    monkeypatch.setattr(late, "LOOKS", 5)
    began = time.monotonic()
    told = late_at(ground, database, "import time; print('x' * 50000)\ntime.sleep(60)\n")

    assert place_in(threads_in(told.log_tail)[0], Path("/nowhere"))[1] > 0
    assert time.monotonic() - began < 30
