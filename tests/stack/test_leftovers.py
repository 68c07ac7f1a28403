"""What is left when even the supervisor was killed goes with the next start."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import runs, wait_until
from tests.stack.programs import (
    AT_ONCE,
    BUSY,
    DEAF,
    LINUX,
    LISTEN,
    SLEEP,
    launch,
    said,
    supervisor_of,
)
from tutor.machine import leftovers, supervisor
from tutor.machine.leftovers import MARK, end_leftovers
from tutor.machine.ports import check_port, free_port
from tutor.stack.stack import Stack

pytestmark = pytest.mark.services


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
