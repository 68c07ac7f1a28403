"""What the supervisor of a stack does for its processes, and where it can do nothing."""

import gc
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.helpers import fill_disk, marked_processes, runs, wait_until
from tests.stack.programs import AT_ONCE, BUSY, DEAF, SLEEP, launch, said, supervisor_of
from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError
from tutor.machine import supervisor
from tutor.machine.client import Client
from tutor.machine.command import Command
from tutor.machine.leftovers import MARK
from tutor.machine.ports import check_port
from tutor.stack.stack import ServiceFailed, Stack

pytestmark = pytest.mark.services


class TestServices:
    """What a supervisor does for one process."""

    def test_a_service_starts_and_stops(self, stack: Stack) -> None:
        """It runs in the stack's name, and is gone once stopped; stopping again is fine."""
        pid = launch(stack, "sleeper", SLEEP)

        assert runs(pid)
        assert stack.is_running("sleeper")
        assert wait_until(lambda: psutil.Process(pid).environ().get(MARK) == str(stack.folder))
        stack.stop("sleeper")
        assert not runs(pid)
        assert not stack.is_running("sleeper")
        stack.stop("sleeper")

    def test_a_service_that_ignores_the_request_is_killed(self, stack: Stack) -> None:
        """Whoever does not end within the grace is ended."""
        pid = launch(stack, "deaf", DEAF)
        assert said(stack, "deaf", "deaf")

        stack.stop("deaf", grace=0.2)

        assert not runs(pid)

    def test_a_stopped_process_is_ended_too(self, stack: Stack) -> None:
        """Somebody pressed Ctrl-Z: it is let run on, so that it can end as it should."""
        pid = launch(stack, "sleeper", SLEEP)
        os.kill(pid, signal.SIGSTOP)

        client = stack.placement.client("server1")
        ended = client.request("stop", name="sleeper", grace=20)

        assert not runs(pid)
        assert ended["code"] == -signal.SIGTERM

    def test_an_end_nobody_asked_for_is_noticed_with_its_code(self, stack: Stack) -> None:
        """The code is kept for whoever asks."""
        launch(stack, "failing", "raise SystemExit(7)")

        assert wait_until(lambda: not stack.is_running("failing"))
        assert stack.status()["failing"].code == 7

    def test_children_of_a_service_end_with_it(self, stack: Stack) -> None:
        """Workers that stayed in its group are not left behind when their master dies."""
        launch(
            stack,
            "master",
            "import os, time; os.fork(); print(os.getpid(), flush=True); time.sleep(600)",
        )
        assert wait_until(lambda: len(stack.tail("master").split()) == 2)
        pids = [int(pid) for pid in stack.tail("master").split()]

        os.kill(stack.status()["master"].pid, signal.SIGKILL)

        assert wait_until(lambda: not any(map(runs, pids)))

    @pytest.mark.parametrize("master", ["runs", "has ended"])
    def test_who_stopped_a_service_has_its_port(self, stack: Stack, master: str) -> None:
        """A worker that takes its time to die, as it has much memory, still listens meanwhile."""
        launch(
            stack,
            "master",
            "import os, socket, time\n"
            "listening = socket.create_server(('127.0.0.1', 0))\n"
            "if not os.fork():\n"
            "    memory = bytearray(os.urandom(1 << 20)) * 400\n"
            "    print(listening.getsockname()[1], flush=True)\n"
            "time.sleep(600)",
        )
        assert wait_until(lambda: bool(stack.tail("master").split()))
        port = int(stack.tail("master"))
        if master == "has ended":
            os.kill(stack.status()["master"].pid, signal.SIGKILL)

        stack.stop("master", grace=0)

        check_port(port, "the next")

    def test_a_program_that_is_not_there_is_explained(self, stack: Stack) -> None:
        """The stack says which, and stays up."""
        command = Command("ghost", ("/no/such/program",), stack.folder, {}, stack.log("ghost"))

        with pytest.raises(TutorError, match="/no/such/program"):
            stack.run(command, Cancel(), timeout=5)

        assert stack.status() == {}

    def test_who_is_not_root_any_more_still_reaches_what_only_root_may_enter(
        self, stack: Stack
    ) -> None:
        """By opening it, by running it, and when asked: `initdb` asks whether `postgres` is there.

        A checkout or an environment below ``/root`` is such a place.
        """
        if os.geteuid() != 0:
            pytest.skip("only root can become somebody else")
        place = stack.folder / "private"
        place.mkdir(mode=0o700)
        program = place / "program"
        program.write_text("#!/bin/sh\necho runs\n")
        program.chmod(0o755)
        code = (
            "import os, subprocess, sys\n"
            "print('root' if os.getuid() == 0 else 'nobody')\n"
            "print(os.access(sys.argv[1], os.X_OK))\n"
            "print(subprocess.run(sys.argv[1:], capture_output=True, text=True).stdout)"
        )
        command = Command(
            *("asks", (sys.executable, "-c", code, str(program)), stack.folder),
            *(stack.base_env(), stack.log("asks")),
            unprivileged=True,
        )

        stack.run(command, Cancel(), timeout=10)

        assert stack.tail("asks").split() == ["nobody", "True", "runs"]

    def test_a_command_that_takes_too_long_is_ended_and_named(self, stack: Stack) -> None:
        """The error carries its last words."""
        code = "import time; print('still counting', flush=True); time.sleep(600)"
        command = Command(
            "slow", (sys.executable, "-c", code), stack.folder, stack.base_env(), stack.log("slow")
        )

        with pytest.raises(ServiceFailed, match=r"slow did not end within 1 s"):
            stack.run(command, Cancel(), timeout=1)

        assert "slow" not in stack.status()

    def test_what_a_killed_tutor_left_under_a_name_makes_room(self, stack: Stack) -> None:
        """Another tutor holds the stack, so it still runs: the new one takes its place."""
        old = launch(stack, "gunicorn-mine", SLEEP)
        new = launch(stack, "gunicorn-mine", SLEEP)

        assert not runs(old)
        assert runs(new)

    def test_a_wrong_token_opens_nothing(self, stack: Stack) -> None:
        """Another user of the machine can reach the port, and can do nothing there."""
        stack.placement.client("").token = "guessed"

        with pytest.raises(TutorError, match="wrong token"):
            stack.status()

        assert (stack.folder / supervisor.STATE).stat().st_mode & 0o077 == 0


class TestHolds:
    """The stack lives as long as somebody holds it."""

    def test_a_look_does_not_take_the_place_of_a_hold(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The monitor asks whether a stack runs at the moment in which the game starts it."""
        stack = Stack(folder)
        look = Client.from_state

        def starts_meanwhile(path: Path) -> Client | None:
            monkeypatch.setattr(Client, "from_state", look)
            stack.up()
            return look(path)

        monkeypatch.setattr(Client, "from_state", starts_meanwhile)
        try:
            assert stack.find()
            pid = launch(stack, "sleeper", SLEEP)

            gc.collect()
            assert not wait_until(lambda: not runs(pid), timeout=0.5)
            assert stack.is_running("sleeper")
        finally:
            stack.shutdown()


class TestDisks:
    """Where nothing can be written, that is what is said."""

    def test_a_read_only_disk_is_explained(self, read_only_disk: Path) -> None:
        """Before anything is started."""
        with pytest.raises(TutorError, match="cannot be written") as caught:
            Stack(read_only_disk / "stack").up()

        assert "LEVELUP_HOME" in caught.value.hint

    def test_a_disk_that_became_read_only_is_explained(self, read_only_disk: Path) -> None:
        """The folders are there, the logs cannot be opened."""
        folder = read_only_disk / "stack"
        subprocess.run(["mount", "-o", "remount,rw", str(read_only_disk)], check=True)
        (folder / "logs").mkdir(parents=True)
        (folder / "up.lock").touch()
        subprocess.run(["mount", "-o", "remount,ro", str(read_only_disk)], check=True)

        with pytest.raises(TutorError, match="cannot be written"):
            Stack(folder).up()

    def test_a_full_disk_is_explained_and_nothing_runs(self, small_disk: Path) -> None:
        """A supervisor nobody can find ends itself."""
        folder = small_disk / "stack"
        (folder / "logs").mkdir(parents=True)
        fill_disk(small_disk)

        with pytest.raises(TutorError, match="The disk is full"):
            Stack(folder).up()

        assert wait_until(lambda: not marked_processes(folder), timeout=AT_ONCE * BUSY)


def test_a_port_of_the_stack_answers_only_on_loopback(stack: Stack) -> None:
    """Nobody else on the network can reach the supervisor."""
    connections = psutil.Process(supervisor_of(stack.folder)).net_connections("tcp")
    listening = [c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN]

    assert listening == ["127.0.0.1"]
    with socket.create_connection(("127.0.0.1", stack.placement.client("").port)):
        pass


def test_a_successor_is_not_lost_while_its_predecessor_is_being_stopped(tmp_path: Path) -> None:
    """Between the end of one and our hearing of it, the next may be started under its name."""
    import asyncio

    async def scene() -> tuple[bool, int, int]:
        boss = supervisor.Supervisor(tmp_path, "127.0.0.1")
        boss.port = 0
        spec = {
            "name": "sleeper",
            "argv": [sys.executable, "-c", SLEEP],
            "env": dict(os.environ),
            "log": str(tmp_path / "sleeper.log"),
        }
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, boss.reap)
        await boss.start(spec)
        first = boss.children["sleeper"]
        stopping = [asyncio.create_task(boss.stop("sleeper", 5.0)) for _ in range(2)]
        await first.exited.wait()
        second = (await boss.start(spec))["pid"]
        await asyncio.gather(*stopping)
        known = boss.children["sleeper"].process.pid if "sleeper" in boss.children else 0
        await boss.stop_all()
        return runs(second), second, known

    is_running, second, known = asyncio.run(scene())

    assert known == second
    assert not is_running


def test_an_answer_that_comes_late_brings_no_state_back(tmp_path: Path) -> None:
    """The file says that there is a supervisor: after the end there is none."""
    boss = supervisor.Supervisor(tmp_path, "127.0.0.1")
    boss.write_state(4000)
    (tmp_path / supervisor.STATE).unlink()
    boss.has_ended = True

    boss.write_state()

    assert not (tmp_path / supervisor.STATE).exists()
