"""PostgreSQL starts wherever the learner is, on whatever was left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import psutil
import psycopg
import pytest

from tests.helpers import runs, wait_until
from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError
from tutor.events import Event, Repaired
from tutor.machine.command import Command
from tutor.machine.disk import DiskFull
from tutor.machine.kernel import NOBODY
from tutor.machine.ports import free_port
from tutor.stack import ground as grounds
from tutor.stack.services.postgres import Postgres
from tutor.stack.stack import ServiceFailed, Stack

pytestmark = pytest.mark.services
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount and to close doors")

Start = Callable[[Path], Postgres]


class Starter:
    """Starts PostgreSQL in a folder and remembers what was reported."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.stacks: list[Stack] = []

    def __call__(self, folder: Path) -> Postgres:
        """Return a PostgreSQL that answers."""
        stack = Stack(folder)
        self.stacks.append(stack)
        stack.up()
        postgres = Postgres(
            folder / "postgres",
            stack.base_env(),
            server="server1",
            port=free_port(),
            password="secret",
            max_connections=100,
        )
        grounds._start(stack, postgres, self.events.append, Cancel())
        return postgres

    @property
    def repairs(self) -> list[str]:
        """Return what was put right on the way."""
        return [event.id for event in self.events if isinstance(event, Repaired)]

    def stop(self) -> None:
        """End every stack and wait for it."""
        for stack in self.stacks:
            stack.release()
            assert stack.wait_until_gone(30)
        self.stacks.clear()


@pytest.fixture
def start() -> Iterator[Starter]:
    """Start PostgreSQL; it ends with the test."""
    starter = Starter()
    yield starter
    starter.stop()


def answer(postgres: Postgres, query: str = "SELECT 1") -> object:
    """Return what PostgreSQL answers."""
    with postgres.connect("postgres") as connection:
        return connection.execute(query).fetchone()[0]


def end_of(connection: psycopg.Connection, statement: str) -> None:
    """Wait for a *statement* whose session is killed in the middle of it."""
    with pytest.raises(psycopg.OperationalError):
        connection.execute(statement)


def remember(postgres: Postgres) -> None:
    """Leave something in the data."""
    with postgres.connect("postgres") as connection:
        # Ours is set not to wait for the disk: what was said last may be lost with a kill.
        connection.execute("SET synchronous_commit = on")
        connection.execute("CREATE TABLE remembered (n int)")


def remembers(postgres: Postgres) -> bool:
    """Return whether the data are those of before."""
    return answer(postgres, "SELECT count(*) FROM pg_class WHERE relname = 'remembered'") == 1


def test_data_survive_from_start_to_start(tmp_path: Path, start: Starter) -> None:
    """The second start makes nothing anew and repairs nothing."""
    remember(start(tmp_path))
    start.stop()

    assert remembers(start(tmp_path))
    assert start.repairs == []


@root_only
def test_root_can_play_below_a_folder_only_root_may_enter(tmp_path: Path, start: Starter) -> None:
    """PostgreSQL refuses root, and nobody else may enter: as in ``/root``."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    postgres = start(closed / "stack")

    assert answer(postgres) == 1
    pid = int((postgres.data / "postmaster.pid").read_text().split()[0])
    assert psutil.Process(pid).uids().effective != 0


def test_a_long_and_unusual_path_is_fine(tmp_path: Path, start: Starter) -> None:
    """No socket lies in it (they allow 107 bytes), and its quotes are understood."""
    folder = tmp_path / "Betty O'Brien's señales & ñandúes" / ("very_" * 30) / "stack"

    postgres = start(folder)

    assert len(str(folder)) > 200
    assert answer(postgres) == 1
    assert list(postgres.logs.glob("statements-*.json"))


INIT_HOLDER = """
import sys
from pathlib import Path
from tests.stack.test_postgres import Starter
Starter()(Path(sys.argv[1]))
"""


def test_a_first_start_that_was_killed_is_repeated(tmp_path: Path, start: Starter) -> None:
    """Half a data directory is never believed."""
    folder = tmp_path / "stack"
    tutor = subprocess.Popen([sys.executable, "-c", INIT_HOLDER, str(folder)])
    data = folder / "postgres" / "data"
    with tutor:
        assert wait_until((data / "base").is_dir)
        tutor.send_signal(signal.SIGKILL)
    assert Stack(folder).wait_until_gone(30)
    assert not (folder / "postgres" / "initialised").exists()

    assert answer(start(folder)) == 1


@pytest.mark.parametrize("lost", ["PG_VERSION", "global/pg_control", "postgresql.conf"])
def test_data_that_lost_a_file_are_made_anew_and_that_is_told(
    tmp_path: Path, start: Starter, lost: str
) -> None:
    """Only things that can be made again are in there; the learner reads why it takes longer."""
    postgres = start(tmp_path)
    remember(postgres)
    start.stop()
    (postgres.data / lost).unlink()

    postgres = start(tmp_path)

    assert answer(postgres) == 1
    assert not remembers(postgres)
    assert start.repairs == ["postgres_made_anew"]


def test_data_that_postgresql_refuses_are_made_anew(tmp_path: Path, start: Starter) -> None:
    """All files are there, and one is damaged."""
    postgres = start(tmp_path)
    start.stop()
    control = postgres.data / "global" / "pg_control"
    control.write_bytes(b"\xff" * control.stat().st_size)

    assert answer(start(tmp_path)) == 1
    assert start.repairs == ["postgres_made_anew"]


def test_a_pid_that_is_somebody_else_s_by_now_stops_no_start(
    tmp_path: Path, start: Starter
) -> None:
    """After a crash of the machine the written pid may be anybody's: they are left alone."""
    postgres = start(tmp_path)
    start.stop()
    # With the same user as PostgreSQL: of others it knows that they are not its own.
    user = NOBODY if os.geteuid() == 0 else None
    stranger = subprocess.Popen(["sleep", "600"], user=user)
    with stranger:
        (postgres.data / "postmaster.pid").write_text(f"{stranger.pid}\n{postgres.data}\n")

        again = start(tmp_path)

        assert answer(again) == 1
        assert stranger.poll() is None
        stranger.kill()
    assert start.repairs == []


def test_a_killed_postgresql_recovers_at_the_next_start(tmp_path: Path, start: Starter) -> None:
    """The data of before are there."""
    postgres = start(tmp_path)
    remember(postgres)
    pid = int((postgres.data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: not runs(pid))
    start.stop()

    assert remembers(start(tmp_path))
    assert start.repairs == []


def test_a_database_that_was_never_finished_leaves_no_files(tmp_path: Path, start: Starter) -> None:
    """PostgreSQL keeps them for ever; those of the databases that are there stay."""
    postgres = start(tmp_path)
    remember(postgres)
    base = postgres.data / "base"
    before = {folder.name for folder in base.iterdir()}
    with postgres.connect("postgres") as connection:
        pid = connection.info.backend_pid
        # Whoever has to catch it half done comes first, on a crowded machine too.
        psutil.Process(pid).nice(19)
        making = Thread(target=end_of, args=(connection, "CREATE DATABASE unfinished"))
        making.start()
        assert wait_until(lambda: len(list(base.iterdir())) > len(before))
        os.kill(pid, signal.SIGKILL)
        making.join()
    start.stop()

    postgres = start(tmp_path)
    left = {folder.name for folder in base.iterdir()} - before
    postgres.remove_unfinished()

    assert len(left) == 1
    assert {folder.name for folder in base.iterdir()} == before
    assert remembers(postgres)


def test_it_listens_on_loopback_only(tmp_path: Path, start: Starter) -> None:
    """Nobody else on the network sees the data."""
    postgres = start(tmp_path)
    pid = int((postgres.data / "postmaster.pid").read_text().split()[0])

    connections = psutil.Process(pid).net_connections("inet")

    assert {c.laddr for c in connections if c.status == psutil.CONN_LISTEN} == {
        ("127.0.0.1", postgres.port)
    }


def test_a_small_disk_is_named_before_anything_is_started(small_disk: Path, start: Starter) -> None:
    """The folder, what is left and what is needed."""
    with pytest.raises(DiskFull, match=r"1 MB are left for .*250 MB are needed") as caught:
        start(small_disk / "stack")

    assert str(small_disk) in caught.value.message
    assert "LEVELUP_HOME" in caught.value.hint
    assert start.events == []


def test_a_disk_that_fills_up_while_the_data_are_made_is_named(
    small_disk: Path, start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever initdb says about it, the disk is the cause."""
    monkeypatch.setattr(grounds, "ROOM_FIRST", 0)

    with pytest.raises(TutorError, match="The disk is full"):
        start(small_disk / "stack")


def test_data_that_could_not_be_made_are_not_left_behind(
    tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a data directory is of no use, and takes the room that is missing."""
    whole = Postgres.init_command

    def half(postgres: Postgres) -> Command:
        return replace(whole(postgres), argv=("sh", "-c", f"touch {postgres.data}/base; exit 1"))

    monkeypatch.setattr(Postgres, "init_command", half)

    with pytest.raises(ServiceFailed, match="postgres-initdb ended with code 1"):
        start(tmp_path / "stack")

    assert not (tmp_path / "stack" / "postgres" / "data").exists()
