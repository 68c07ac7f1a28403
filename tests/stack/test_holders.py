"""A stack lives as long as somebody holds it, and ends for all when somebody ends it."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from tests.helpers import marked_processes, runs, wait_until
from tests.stack.programs import (
    AT_ONCE,
    BUSY,
    DEAF,
    FORK,
    LINUX,
    LISTEN,
    SLEEP,
    end,
    holder,
    launch,
    said,
    supervisor_of,
)
from tutor.base.errors import TutorError
from tutor.machine import supervisor
from tutor.machine.client import SupervisorGone
from tutor.machine.ports import check_port, free_port
from tutor.stack.stack import Stack

pytestmark = pytest.mark.services


class TestHolders:
    """A stack lives as long as somebody holds it."""

    def test_killing_the_only_holder_ends_everything(self, folder: Path) -> None:
        """After `kill -9` the services end, the deaf ones too, and the ports are free."""
        port = free_port()
        tutor = holder(folder)
        other = Stack(folder)
        assert other.find()
        pids = [
            launch(other, "listener", LISTEN, str(port)),
            launch(other, "deaf", DEAF),
            launch(other, "forking", FORK),
        ]
        assert said(other, "listener", "listening")
        assert said(other, "deaf", "deaf")
        assert wait_until(lambda: len(other.tail("forking").split()) == 2)
        pids += [int(pid) for pid in other.tail("forking").split()]
        pids.append(supervisor_of(folder))
        assert all(map(runs, pids))

        end(tutor)

        assert wait_until(lambda: not any(map(runs, pids)), timeout=AT_ONCE * BUSY)
        check_port(port, "the next one")
        assert not (folder / supervisor.STATE).exists()

    def test_grandchildren_that_left_their_group_end_too(self, stack: Stack) -> None:
        """Daemons come to the supervisor when their parents die, and go with it."""
        launch(stack, "forking", FORK)
        assert wait_until(lambda: len(stack.tail("forking").split()) == 2)
        pids = [int(pid) for pid in stack.tail("forking").split()]

        stack.release()

        assert wait_until(lambda: not any(map(runs, pids)), timeout=AT_ONCE * BUSY)

    @LINUX
    def test_dead_orphans_are_buried(self, stack: Stack) -> None:
        """A supervisor that runs for a day does not fill the table of processes."""
        launch(stack, "forking", FORK)
        assert wait_until(lambda: len(stack.tail("forking").split()) == 2)
        orphans = [int(pid) for pid in stack.tail("forking").split()]
        stack.stop("forking", grace=0)

        for pid in reversed(orphans):
            os.kill(pid, signal.SIGKILL)

        assert wait_until(lambda: not any(map(psutil.pid_exists, orphans)))

    def test_a_second_tutor_joins_the_running_stack(self, stack: Stack, folder: Path) -> None:
        """There is one supervisor; the stack ends when the last one lets go, not before."""
        pid = launch(stack, "sleeper", SLEEP)
        second = Stack(folder)
        second.up()

        assert second.status() == stack.status()
        stack.release()
        assert second.is_running("sleeper")
        second.release()
        assert wait_until(lambda: not runs(pid), timeout=AT_ONCE * BUSY)

    def test_a_killed_tutor_takes_nothing_from_another(self, stack: Stack, folder: Path) -> None:
        """The other one still holds the stack."""
        tutor = holder(folder)
        pid = launch(stack, "sleeper", SLEEP)

        end(tutor)

        assert not wait_until(lambda: not runs(pid), timeout=0.5)
        assert stack.is_running("sleeper")

    def test_finding_a_stack_is_not_holding_it_and_up_holds_it(self, folder: Path) -> None:
        """`tutor stack status` keeps nothing alive; what comes up after it does."""
        tutor = holder(folder)
        stack = Stack(folder)
        assert stack.find()
        stack.up()

        end(tutor)

        assert not wait_until(lambda: not runs(supervisor_of(folder)), timeout=0.5)
        assert stack.status() == {}
        stack.release()

    def test_many_tutors_at_once_get_one_supervisor(self, folder: Path) -> None:
        """Nobody takes the other one's fresh supervisor for a leftover, nobody fails."""
        stacks = [Stack(folder) for _ in range(6)]
        failures: list[TutorError] = []

        def come_up(stack: Stack) -> None:
            try:
                stack.up()
            except TutorError as error:
                failures.append(error)

        threads = [threading.Thread(target=come_up, args=[stack]) for stack in stacks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert failures == []
        assert len({stack.placement.client("").port for stack in stacks}) == 1
        assert [p.pid for p in marked_processes(folder)] == [supervisor_of(folder)]
        for stack in stacks:
            stack.release()

    def test_a_stack_comes_up_while_the_last_one_ends(self, folder: Path) -> None:
        """One command right after the other finds no half-dead supervisor."""
        for _ in range(6):
            stack = Stack(folder)
            stack.up()
            assert stack.status() == {}
            stack.release()

    def test_a_lock_that_is_not_free_yet_is_waited_for(self, folder: Path) -> None:
        """A supervisor has removed its address and is still on its way out."""
        folder.mkdir()
        with (folder / "supervisor.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            stack = Stack(folder)
            threading.Timer(0.5, fcntl.flock, [lock, fcntl.LOCK_UN]).start()
            stack.up()

        assert stack.status() == {}
        stack.release()

    def test_two_workspaces_have_nothing_to_do_with_each_other(self, tmp_path: Path) -> None:
        """The same names run in both; the end of one is not the end of the other."""
        first, second = Stack(tmp_path / "first"), Stack(tmp_path / "second")
        first.up()
        second.up()
        pids = [launch(stack, "postgres", SLEEP) for stack in (first, second)]

        first.release()

        assert wait_until(lambda: not runs(pids[0]), timeout=AT_ONCE * BUSY)
        assert second.is_running("postgres")
        second.release()

    def test_a_stack_nobody_comes_to_hold_ends_by_itself(self, folder: Path) -> None:
        """Whoever started it was killed before the first word."""
        folder.mkdir()
        patience = "import runpy, sys; sys.argv = sys.argv[1:]\n"
        patience += "module = runpy.run_path(sys.argv[0]); module['main'].__globals__"
        patience += "['FIRST_HOLDER'] = 0.1; module['main']()"
        command = [sys.executable, "-IS", "-c", patience, supervisor.__file__, str(folder)]

        done = subprocess.run(command, timeout=30, check=False)

        assert done.returncode == 0
        assert not (folder / supervisor.STATE).exists()

    def test_without_the_kernel_s_help_the_holder_s_end_is_the_end(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """macOS has no PR_SET_PDEATHSIG and no subreaper: a closed connection is enough."""
        mac = tmp_path / "supervisor_on_a_mac.py"
        mac.write_text(
            "import runpy, sys; sys.platform = 'darwin'\n"
            f"runpy.run_path({supervisor.__file__!r}, run_name='__main__')"
        )
        monkeypatch.setattr(supervisor, "__file__", str(mac))
        stack = Stack(folder)
        stack.up()
        pids = [launch(stack, "sleeper", SLEEP), launch(stack, "deaf", DEAF)]
        assert said(stack, "deaf", "deaf")

        stack.release()

        assert wait_until(lambda: not any(map(runs, pids)), timeout=AT_ONCE * BUSY)


class TestShutdown:
    """Somebody ends the stack although others hold it."""

    def test_those_who_hold_it_are_told_and_can_start_anew(
        self, stack: Stack, folder: Path
    ) -> None:
        """Asking names the cause; cleaning up is quiet; coming up again works."""
        pid = launch(stack, "sleeper", SLEEP)

        assert Stack(folder).shutdown()

        assert not runs(pid)
        with pytest.raises(SupervisorGone, match="was stopped while it was in use"):
            stack.status()
        stack.stop("sleeper")
        stack.up()
        assert stack.status() == {}

    def test_where_there_is_no_stack_there_is_nothing_to_end(self, folder: Path) -> None:
        """And no folder is made by asking."""
        assert not Stack(folder).shutdown()
        assert not folder.exists()

    def test_ending_twice_is_ending_once(self, stack: Stack, folder: Path) -> None:
        """The second says that there was nothing."""
        assert stack.shutdown()
        assert not stack.shutdown()
        assert not Stack(folder).shutdown()
