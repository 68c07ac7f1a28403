"""Nothing of a stack outlives those who hold it, whatever ends them."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.helpers import fill_disk, marked_processes, runs, wait_until
from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError
from tutor.machine import leftovers, supervisor
from tutor.machine.client import SupervisorGone
from tutor.machine.command import Command
from tutor.machine.leftovers import MARK, end_leftovers
from tutor.machine.ports import check_port, free_port
from tutor.stack.stack import ServiceFailed, Stack

pytestmark = pytest.mark.services

AT_ONCE = 2.0
"""Seconds within which everything must have ended."""
BUSY = 3.0
"""How much longer that may take beside other tests on a small machine."""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")

SLEEP = "import time; time.sleep(600)"
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
print("deaf", flush=True)
while True: time.sleep(600)
"""
LISTEN = """
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
while True: server.accept()
"""
FORK = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.setsid()
    print(os.getpid(), flush=True)
    time.sleep(600)
time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the stack of the test lives."""
    return tmp_path / "stack"


@pytest.fixture
def stack(folder: Path) -> Iterator[Stack]:
    """A stack that is up and held by the test."""
    stack = Stack(folder)
    stack.up()
    yield stack
    stack.release()


def launch(stack: Stack, name: str, code: str, *args: str, death_signal: int = 9) -> int:
    """Start a small program and return its pid."""
    command = Command(
        name=name,
        argv=(sys.executable, "-IS", "-c", textwrap.dedent(code), *args),
        cwd=stack.folder,
        env=stack.base_env(),
        log=stack.log(name),
        death_signal=death_signal,
    )
    stack._launch(command)
    return stack.status()[name].pid


def said(stack: Stack, name: str, words: str) -> bool:
    """Wait until the program *name* has said *words*."""
    return wait_until(lambda: words in stack.tail(name))


def supervisor_of(folder: Path) -> int:
    """Return the pid of the supervisor in *folder*."""
    return int(json.loads((folder / supervisor.STATE).read_text())["pid"])


def holder(folder: Path, code: str = "") -> subprocess.Popen[bytes]:
    """Return another process that holds the stack, once it does."""
    script = (
        "import sys; from pathlib import Path; from tutor.stack.stack import Stack\n"
        f"stack = Stack(Path(sys.argv[1])); stack.up()\n{code}\n"
        "print('holding', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"holding\n"
    return process


def end(process: subprocess.Popen[bytes], number: int = signal.SIGKILL) -> None:
    """End a holder and forget it."""
    with process:
        process.send_signal(number)


class TestServices:
    """What a supervisor does for one process."""

    def test_a_service_starts_and_stops(self, stack: Stack) -> None:
        """It runs in the stack's name, and is gone once stopped; stopping again is fine."""
        pid = launch(stack, "sleeper", SLEEP)

        assert runs(pid)
        assert stack.is_running("sleeper")
        assert psutil.Process(pid).environ()[MARK] == str(stack.folder)
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


class TestLeftovers:
    """What is left when even the supervisor was killed."""

    @LINUX
    def test_killing_the_supervisor_ends_its_services(self, stack: Stack, folder: Path) -> None:
        """The kernel does it."""
        port = free_port()
        pids = [launch(stack, "listener", LISTEN, str(port)), launch(stack, "deaf", DEAF)]
        assert said(stack, "listener", "listening")
        assert said(stack, "deaf", "deaf")

        os.kill(supervisor_of(folder), signal.SIGKILL)

        assert wait_until(lambda: not any(map(runs, pids)), timeout=AT_ONCE * BUSY)
        check_port(port, "the next one")

    @pytest.mark.parametrize("end", ["release", "kill -9"])
    def test_temporary_files_end_with_the_stack(self, stack: Stack, folder: Path, end: str) -> None:
        """A killed service leaves its own; those of a killed supervisor go with the next start."""
        code = "import tempfile; print(tempfile.mkdtemp(), flush=True)" + f"; {SLEEP}"
        pid = launch(stack, "careless", code)
        assert wait_until(lambda: stack.tail("careless").endswith("\n"))
        left = Path(stack.tail("careless").strip())
        assert left.is_dir()
        os.kill(pid, signal.SIGKILL)

        if end == "kill -9":
            os.kill(supervisor_of(folder), signal.SIGKILL)
            assert wait_until(lambda: not runs(supervisor_of(folder)))
            stack.up()
        stack.release()

        assert stack.wait_until_gone()
        assert not left.parent.exists()

    def test_the_next_start_ends_what_was_left(self, stack: Stack, folder: Path) -> None:
        """Where the kernel did not help (macOS), the next start does, children included."""
        code = "import os, time; os.fork(); print(os.getpid(), flush=True); time.sleep(600)"
        launch(stack, "stubborn", code, death_signal=0)
        assert wait_until(lambda: len(stack.tail("stubborn").split()) == 2)
        pids = [int(pid) for pid in stack.tail("stubborn").split()]
        os.kill(supervisor_of(folder), signal.SIGKILL)
        assert wait_until(lambda: not runs(supervisor_of(folder)))
        assert all(map(runs, pids))

        stack.up()

        assert not any(map(runs, pids))
        assert stack.status() == {}

    def test_stack_down_ends_what_was_left(self, stack: Stack, folder: Path) -> None:
        """Without starting anything."""
        pid = launch(stack, "stubborn", SLEEP, death_signal=0)
        os.kill(supervisor_of(folder), signal.SIGKILL)
        assert wait_until(lambda: not runs(supervisor_of(folder)))

        assert Stack(folder).shutdown()

        assert not runs(pid)

    def test_a_supervisor_that_hangs_is_ended(
        self, stack: Stack, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its lock would keep every other one away for ever."""
        monkeypatch.setattr(leftovers, "ENDING", 0.1)
        monkeypatch.setattr("tutor.machine.client.CONNECT_TIMEOUT", 0.2)
        hung = supervisor_of(folder)
        os.kill(hung, signal.SIGSTOP)

        second = Stack(folder)
        second.up()

        assert not runs(hung)
        assert second.status() == {}
        second.release()

    @pytest.mark.parametrize("mark", [None, "another stack"])
    def test_a_process_that_is_not_ours_is_never_touched(
        self, folder: Path, tmp_path: Path, mark: str | None
    ) -> None:
        """A pid that was written down may be anybody's by now, even another stack's of ours."""
        folder.mkdir()
        env = {**os.environ} if mark is None else {**os.environ, MARK: str(tmp_path / mark)}
        stranger = subprocess.Popen([sys.executable, "-c", SLEEP], env=env)
        with stranger:
            state = {"pid": stranger.pid, "port": 9, "token": "", "children": {"x": stranger.pid}}
            (folder / supervisor.STATE).write_text(json.dumps(state))

            stack = Stack(folder)
            stack.up()
            stack.shutdown()

            assert stranger.poll() is None
            stranger.kill()

    @pytest.mark.parametrize(
        "text", ["", "{", "[]", '{"pid": "x"}', '{"pid": null, "children": {"a": null}}', "\0\0"]
    )
    def test_a_damaged_state_stops_nobody(self, folder: Path, text: str) -> None:
        """It is written anew."""
        folder.mkdir()
        (folder / supervisor.STATE).write_text(text)

        assert end_leftovers(folder) == 0
        (folder / supervisor.STATE).write_text(text)
        stack = Stack(folder)
        stack.up()
        stack.release()


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
