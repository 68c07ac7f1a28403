"""A server has its share of the machine, and no more; whatever happens, nothing of it is left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.helpers import wait_until
from tests.stack.programs import holder, launch, said, supervisor_of
from tutor.machine import shares
from tutor.machine.shares import Mechanism, Share, folder_name, let_go, mechanism, roots
from tutor.stack.stack import Stack

pytestmark = [pytest.mark.by_date(2), pytest.mark.services, pytest.mark.alone]


BUSY = """
    print("busy", flush=True)
    while True:
        pass
"""
FAMILY = """
    import os
    for _ in range(2):
        if os.fork() == 0:
            break
    print("busy", flush=True)
    while True:
        pass
"""
SHORT_CHILDREN = """
    import os, time
    for _ in range(3):
        if os.fork() == 0:
            until = time.process_time() + 0.1
            while time.process_time() < until:
                pass
            os._exit(0)
    for _ in range(3):
        os.wait()
    print("buried", flush=True)
    time.sleep(60)
"""
LEAVES_SOMETHING = """
    import os, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            print("orphan", os.getpid(), flush=True)
            time.sleep(60)
        os._exit(0)
    os.wait()
    time.sleep(60)
"""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A stack that is up and held by the test."""
    stack = Stack(tmp_path / "stack")
    stack.up()
    yield stack
    stack.release()
    assert stack.wait_until_gone(30)
    assert not cgroups_of(stack.folder)


@pytest.fixture
def share(cgroups: None, stack: Stack) -> Share:
    """Half a core."""
    share = Share(stack.folder, "server1", 0.5)
    stack.make_share(share)
    return share


def cgroups_of(folder: Path) -> list[Path]:
    """Return the cgroups of the stack in *folder*; one that goes while we look is gone."""
    found: list[Path] = []
    for root in roots(mechanism()):
        with suppress(FileNotFoundError):
            found += (root / folder_name(folder)).iterdir()
    return found


def start_on(share: Share, stack: Stack, code: str, name: str = "program") -> int:
    """Start a small program on the server of *share* and return its pid."""
    pid = launch(stack, name, code)
    share.move([pid])
    return pid


def used(share: Share) -> float:
    """Return the CPU seconds of *share*."""
    usage = share.usage()
    assert usage is not None
    return usage.cpu_seconds


def cores_used(share: Share, seconds: float = 1.0) -> float:
    """Return the cores *share* uses, over *seconds*."""
    began, before = time.monotonic(), used(share)
    time.sleep(seconds)
    return (used(share) - before) / (time.monotonic() - began)


class TestQuota:
    """What is in force, and what is not."""

    def test_a_busy_program_has_its_share_and_no_more(self, share: Share, stack: Stack) -> None:
        """Half a core is half a core, and the server knows that it was held back."""
        start_on(share, stack, BUSY)
        share.hold()

        cores = cores_used(share)

        usage = share.usage()
        assert usage
        assert 0.35 < cores < 0.6
        assert usage.throttled > 5
        assert share.quota() == 0.5

    def test_children_share_what_their_server_has(self, share: Share, stack: Stack) -> None:
        """Three processes on one server get no more than one."""
        share.hold()
        command_pid = start_on(share, stack, BUSY)
        start_on(share, stack, FAMILY, "family")
        assert said(stack, "family", "busy")

        cores = cores_used(share)

        assert command_pid in share.pids()
        assert cores < 0.6

    def test_forked_children_are_counted_even_when_they_are_gone(
        self, share: Share, stack: Stack
    ) -> None:
        """The account is the server's, not that of whoever happens to live."""
        before = used(share)
        command = Share(stack.folder, "server1", 0.5)
        pid = launch(stack, "parent", "import time; time.sleep(0.3)\n" + _dedented(SHORT_CHILDREN))
        command.move([pid])

        assert said(stack, "parent", "buried")

        assert used(share) - before >= 0.29
        assert share.pids() == {pid}

    def test_without_hold_there_is_no_limit(self, share: Share) -> None:
        """A shop starts at full speed; the limit is for the load."""
        assert share.quota() is None

        share.hold()
        share.free()

        assert share.quota() is None

    def test_a_program_that_walks_off_is_noticed(self, share: Share, stack: Stack) -> None:
        """Who moves to another cgroup is a stray; who has ended is none."""
        staying = start_on(share, stack, BUSY, "staying")
        leaving = start_on(share, stack, BUSY, "leaving")
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()

        let_go(stack.folder, [leaving])

        assert share.strays([staying, leaving, ended.pid]) == [leaving]

    def test_what_a_service_left_behind_is_found(self, stack: Stack) -> None:
        """A daemon becomes the supervisor's child, and no service of the stack."""
        master = launch(stack, "master", LEAVES_SOMETHING)
        assert said(stack, "master", "orphan")
        orphan = int(stack.tail("master").split()[1])

        assert wait_until(lambda: orphan in stack.orphans())

        assert master not in stack.orphans()


class TestEnd:
    """Nothing is left in the tree of cgroups."""

    @pytest.mark.parametrize("end", ["release", "shutdown", "stopped"])
    def test_after_an_orderly_end(self, share: Share, stack: Stack, end: str) -> None:
        """However the stack ends, its cgroups end with it; and again, with nothing left to do."""
        pid = start_on(share, stack, FAMILY)
        assert cgroups_of(stack.folder)
        endings: dict[str, Callable[[], object]] = {
            "release": stack.release,
            "shutdown": stack.shutdown,
            "stopped": lambda: (os.kill(pid, signal.SIGSTOP), stack.release()),
        }

        endings[end]()

        assert stack.wait_until_gone(30)
        assert wait_until(lambda: not cgroups_of(stack.folder), timeout=2)

    def test_after_kill_9_of_the_tutor(self, cgroups: None, tmp_path: Path) -> None:
        """The supervisor sees its holder gone and cleans up after it."""
        folder = tmp_path / "killed"
        tutor = holder(
            folder,
            "from tutor.machine.shares import Share\n"
            "share = Share(stack.folder, 'server1', 0.5); stack.make_share(share); share.hold()",
        )
        assert cgroups_of(folder)

        tutor.kill()
        tutor.communicate()

        assert wait_until(lambda: not cgroups_of(folder), timeout=5)

    def test_after_kill_9_of_the_supervisor(self, share: Share, stack: Stack) -> None:
        """The kernel ends the services; the next start removes what they ran in."""
        start_on(share, stack, BUSY)

        os.kill(supervisor_of(stack.folder), signal.SIGKILL)
        stack.release()
        stack.up()

        assert not cgroups_of(stack.folder)

    def test_stacks_keep_out_of_each_others_way(self, share: Share, stack: Stack) -> None:
        """Two folders of the same name are two stacks."""
        twin = Share(stack.folder.parent / "other" / stack.folder.name, "server1", 0.5)

        assert set(twin.cgroups).isdisjoint(share.cgroups)


class TestOtherMachines:
    """What this machine may not have."""

    @pytest.fixture
    def version_2(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """The files of a tree of version 2, as far as we touch them."""
        root = tmp_path / "cgroup"
        server = root / "levelup" / folder_name(tmp_path) / "server1"
        server.mkdir(parents=True)
        for folder in (root, *list(server.parents)[:2], server):
            (folder / "cgroup.controllers").write_text("cpu memory\n")
            (folder / "cgroup.subtree_control").touch()
            (folder / "cgroup.procs").touch()
            (folder / "cpu.weight").write_text("100\n")
        (server / "cpu.max").write_text("max 100000\n")
        (server / "cpu.stat").write_text("usage_usec 1500000\nnr_periods 8\nnr_throttled 3\n")
        monkeypatch.setattr(shares, "CGROUP", root)
        return server

    def test_version_2_is_spoken(self, version_2: Path, tmp_path: Path) -> None:
        """Its files have other names and hold the same."""
        share = Share(tmp_path, "server1", 0.5, kind=Mechanism.CGROUP_V2)

        share.make()
        assert share.quota() is None
        share.hold()

        assert share.cgroups == (str(version_2),)
        assert (version_2 / "cpu.max").read_text() == "25000 50000"
        assert share.quota() == 0.5
        assert share.usage() == shares.Usage(1.5, 8, 3)
        assert (version_2.parent / "cgroup.subtree_control").read_text() == "+cpu"
        assert int((version_2 / "cpu.weight").read_text()) > 100

    def test_affinity_is_a_core(self, stack: Stack) -> None:
        """Without cgroups a server is one core; who leaves it is a stray."""
        if not hasattr(os, "sched_setaffinity"):
            pytest.skip("needs a system that binds processes to cores")
        share = Share(stack.folder, "server1", 0.5, kind=Mechanism.AFFINITY)
        pid = launch(stack, "program", BUSY)

        share.move([pid])
        assert os.sched_getaffinity(pid) == set(share.affinity)
        assert share.strays([pid]) == []
        os.sched_setaffinity(pid, os.sched_getaffinity(0))

        alone = len(os.sched_getaffinity(0)) == 1
        assert share.strays([pid]) == ([] if alone else [pid])
        assert (share.cores, share.quota(), share.usage()) == (1.0, None, None)

    @pytest.mark.parametrize(
        ("hidden", "left"),
        [
            ("cgroups", (Mechanism.AFFINITY, Mechanism.NONE)),
            ("cgroups,affinity", (Mechanism.NONE,)),
        ],
    )
    def test_what_is_missing_can_be_tried_out(
        self, monkeypatch: pytest.MonkeyPatch, hidden: str, left: tuple[Mechanism, ...]
    ) -> None:
        """``LEVELUP_WITHOUT`` hides what this machine has."""
        monkeypatch.setenv("LEVELUP_WITHOUT", hidden)

        assert mechanism.__wrapped__() in left


def _dedented(code: str) -> str:
    import textwrap

    return textwrap.dedent(code)
