"""The real command in a fenced home: started, watched, interrupted, and looked after."""

import contextlib
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.helpers import runs, wait_until
from tutor.base.paths import content_root, stack_root
from tutor.curriculum import find_level, load_levels
from tutor.curriculum.compose import compose, seeding
from tutor.learner.journal import Journal
from tutor.learner.progress import LevelProgress, ProgressFile
from tutor.learner.session import Session, read_all
from tutor.machine.leftovers import MARK

LEVEL = "01_n_plus_one"
PROMISED = 2.0
"""Seconds after which nothing of a run that was ended may be left: the product's promise."""
SLACK = 3.0
"""Seconds more that a machine is given, for each process that wants one of its cores."""
PATIENCE = 120.0
"""Seconds for whatever takes as long as it takes."""
PORT = re.compile(r"127\.0\.0\.1:(\d+)")


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Return everything it said, on lines of any width, as one line."""
        return " ".join((self.out + " " + self.err).split())

    @property
    def document(self) -> Any:
        """Return the one JSON document on standard output; anything beside it is an error."""
        assert self.out, f"code {self.code}, and no document but: {self.err}"
        return json.loads(self.out)


class Tutor:
    """The command, as one learner on one machine would call it."""

    def __init__(self, folder: Path, home: Path, workspace: Path) -> None:
        self.folder = folder
        self.home = home
        self.workspace = workspace
        self.databases = 4
        """How many the stack may keep: PostgreSQL's three, and the seed of level 1."""
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("LEVELUP_", "GITHUB_"))},
            "LEVELUP_HOME": str(home),
            "LEVELUP_WORKSPACE": str(workspace),
            "HOME": str(folder),
            "TMPDIR": str(temporary(folder)),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "200",
            "NO_COLOR": "1",
        }

    @property
    def stack_folder(self) -> Path:
        """Return where the stack of the workspace runs."""
        return stack_root(self.workspace)

    # -- the workspace -----------------------------------------------------------------------------

    def enter(self, level: str = LEVEL, variant: str = "broken") -> None:
        """Begin *level* and put the files of *variant* into the workspace."""
        session = Session(self.workspace)
        chosen = find_level(level, session.levels)
        session.enter(chosen)
        if variant != "broken":
            self.write(read_all(compose(chosen, variant, load_levels())))

    def write(self, contents: Mapping[str, bytes | str]) -> None:
        """Save *contents* in the workspace, as an editor would."""
        for name, data in contents.items():
            path = self.workspace / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data if isinstance(data, bytes) else data.encode())

    def add_to(self, name: str, text: str) -> None:
        """Add *text* to the end of a file in the workspace."""
        path = self.workspace / name
        path.write_text(path.read_text() + text)

    def files(self) -> dict[str, bytes]:
        """Return the bytes of every file in the workspace, marker included."""
        return {
            path.relative_to(self.workspace).as_posix(): path.read_bytes()
            for path in sorted(self.workspace.rglob("*"))
            if path.is_file()
        }

    # -- what is remembered ------------------------------------------------------------------------

    @property
    def progress(self) -> LevelProgress:
        """Return what is remembered of level 1."""
        return ProgressFile(self.home / "progress.json").read().of(LEVEL)

    @property
    def attempts(self) -> int:
        """Return how many attempts at level 1 are counted."""
        return self.progress.attempts

    def outcomes(self) -> list[str]:
        """Return the outcome of every run in the journal, the newest first."""
        journal = Journal(self.home / "journal")
        return [entry.outcome for entry in journal.entries() if entry.run]

    # -- the command -------------------------------------------------------------------------------

    def __call__(
        self,
        *args: str,
        timeout: float = PATIENCE,
        stdin: str = "",
        env: Mapping[str, str] | None = None,
    ) -> Done:
        """Run the command to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "tutor", *args],
            cwd=self.folder,
            env=self.env | dict(env or {}),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    @contextlib.contextmanager
    def running(self, *args: str, env: Mapping[str, str] | None = None) -> Iterator["Running"]:
        """Run the command beside the test; it is killed at the end if it still runs."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tutor", *args],
            cwd=self.folder,
            env=self.env | dict(env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A group of its own, like a job of a shell: Ctrl-C reaches all of it and nobody else.
            start_new_session=True,
        )
        running = Running(process)
        try:
            yield running
        finally:
            if process.poll() is None:
                process.kill()
            running.end()


class Running:
    """A command that runs now, and the lines it has said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def said(self) -> str:
        """Return what it said so far, as one line."""
        return " ".join(" ".join(self.lines).split())

    @property
    def ports(self) -> set[int]:
        """Return every port it named."""
        return {int(port) for port in PORT.findall(self.said)}

    def wait_for(self, text: str, timeout: float = PATIENCE) -> str:
        """Wait until a line holds *text* and return that line."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                line = self._queue.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise AssertionError(f"it never said {text!r}, but:\n{''.join(self.lines)}")
            if text in line:
                return line

    def signal(self, number: int) -> None:
        """Send a signal to the whole job, as a terminal does; SIGKILL to the command alone."""
        if number == signal.SIGKILL:
            self.process.kill()
        else:
            os.killpg(self.process.pid, number)

    def end(self, timeout: float = PATIENCE) -> int:
        """Wait for its end and return its exit code."""
        code = self.process.wait(timeout)
        self._reader.join(timeout=10)
        if not self._reader.is_alive():
            assert self.process.stdout
            self.process.stdout.close()
        return code

    def _read(self) -> None:
        assert self.process.stdout
        # What the command leaves running may hold the pipe open, which is a failure of its own.
        with contextlib.suppress(ValueError, OSError):
            for line in self.process.stdout:
                self.lines.append(line)
                self._queue.put(line)
        self._queue.put(None)


# -- what is left ----------------------------------------------------------------------------------


def left_behind(folder: Path) -> list[psutil.Process]:
    """Return the processes that were started for a home or a workspace below *folder*.

    PostgreSQL's backends overwrite their environment: their working directory tells them.
    """
    return [
        process
        for process in psutil.process_iter()
        if process.pid != os.getpid() and _is_of(process, folder) and runs(process.pid)
    ]


def _is_of(process: psutil.Process, folder: Path) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        env = process.environ()
        for place in (env.get(MARK), env.get("LEVELUP_HOME"), process.cwd()):
            if place and Path(place).is_relative_to(folder):
                return True
    return False


def assert_nothing_left(folder: Path, *, ports: Collection[int] = ()) -> float:
    """Fail unless all processes of *folder* are gone in time; return the seconds that took."""
    began = time.monotonic()
    crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    wait_until(lambda: not left_behind(folder), timeout=PROMISED + SLACK * crowd)
    seconds = time.monotonic() - began
    left = [f"{p.pid} {_words(p)}" for p in left_behind(folder)]
    assert not left, f"left running after {seconds:.1f} s: {left}"
    listening = {
        connection.laddr.port
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
        and connection.laddr
        and connection.laddr.port in ports
        and (not connection.pid or _is_of(psutil.Process(connection.pid), folder))
    }
    assert not listening, f"still listening: {listening}"
    assert not list(temporary(folder).iterdir()), "temporary files are left"
    return seconds


def temporary(folder: Path) -> Path:
    """Return where temporary files of those who work in *folder* go."""
    (folder / "tmp").mkdir(exist_ok=True)
    return folder / "tmp"


def _words(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())[:120]
    return "?"


def end_all(folder: Path) -> None:
    """End whatever a failed test left of *folder*, so that the next ones have the machine."""
    for process in left_behind(folder):
        with contextlib.suppress(psutil.Error):
            process.kill()


# -- a stack that is warm already ------------------------------------------------------------------


def make_template(folder: Path) -> Path:
    """Make and seed a stack in *folder*, end it, and return its folder."""
    from tutor.base.cancel import Cancel
    from tutor.stack.ground import prepare_ground
    from tutor.stack.plan import STACK_FILE, read_plan
    from tutor.stack.stack import Stack

    levels = load_levels()
    stack = Stack(folder / "stack")
    stack.up()
    try:
        # The first shop's data, and those of a shop after all levels.
        for files in (seeding(levels[0], levels), compose(levels[-1], "fixed", levels)):
            plan = read_plan(files[STACK_FILE])
            prepare_ground(stack, plan, files, lambda event: None, Cancel())
    finally:
        stack.release()
        assert stack.wait_until_gone(10)
    return stack.folder


def copy_template(template: Path, target: Path) -> None:
    """Copy a warm stack to *target*, as if it had been made there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    # Owners matter: PostgreSQL refuses data that belong to somebody else.
    subprocess.run(["cp", "-a", f"{template}/.", str(target)], check=True)
    config = target / "postgres" / "data" / "postgresql.conf"
    config.write_text(config.read_text().replace(str(template), str(target)))


def databases_in(stack_folder: Path) -> int:
    """Return how many databases lie in a stack's data directory."""
    return sum(1 for _ in (stack_folder / "postgres" / "data" / "base").glob("[0-9]*"))


def databases_left(tutor: Tutor) -> int:
    """Return how many databases a stack has beyond those that it may keep."""
    return databases_in(tutor.stack_folder) - tutor.databases


def shop_file(name: str) -> bytes:
    """Return a file of the healthy shop."""
    return (content_root() / "sample_shop" / name).read_bytes()


def forget(folder: Path) -> None:
    """Remove *folder* and all below it."""
    shutil.rmtree(folder, ignore_errors=True)
