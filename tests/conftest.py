"""What all tests share: a fenced home, a workspace in it, and a look at what was left running."""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.dates import is_due
from tests.helpers import command_line, marked_processes, wait_until
from tutor.learner.session import Session
from tutor.learner.workspace import Workspace

AFTER_TEST = 15.0
"""Seconds within which a stack that was let go is gone: three at most, more on a crowded machine.

How fast an end is, the tests of ends themselves say.
"""
PARTED = {"tui": 2, "plain": 2, "seat": 2, "stack": 2, "cli": 2, "e2e": 2}
"""Folders whose tests are parted by date: the slowest of those that start nothing, and services."""
REAL = {"stack", "levels", "cli", "e2e", "packaging"}
"""The folders of tests that start real processes."""


# A suite started in the background inherits ignored signals and would hand them on to every tutor.
for _number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM):
    if signal.getsignal(_number) is signal.SIG_IGN:
        default = signal.default_int_handler if _number == signal.SIGINT else signal.SIG_DFL
        signal.signal(_number, default)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Our own files in a folder of the test's: progress, journal and stacks."""
    folder = tmp_path / "home"
    monkeypatch.setenv("LEVELUP_HOME", str(folder))
    monkeypatch.delenv("LEVELUP_LEVELS", raising=False)
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace that is still empty."""
    return Workspace(tmp_path / "bettys_shop")


@pytest.fixture
def session(home: Path, workspace: Workspace) -> Iterator[Session]:
    """A learner in an empty workspace; their stack ends with the test."""
    session = Session(workspace.folder)
    yield session
    session.stack.release()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    yield from mounted(tmp_path / "small", "size=2m")


@pytest.fixture
def read_only_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk nobody can write to: permissions alone do not stop root."""
    yield from mounted(tmp_path / "read_only", "ro,size=1m")


def mounted(folder: Path, options: str) -> Iterator[Path]:
    """Mount a disk in memory on *folder* for the time of a test."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount a small disk")
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(autouse=True)
def nothing_is_left_running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """A test of real services leaves no process of its stacks behind."""
    yield
    if not REAL & set(request.path.parts):
        return
    wait_until(lambda: not marked_processes(tmp_path), timeout=AFTER_TEST)
    left = marked_processes(tmp_path)
    what = [command_line(process) for process in left]
    for process in left:
        process.kill()
    assert not left, f"left running: {what}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each test belongs to one group of the Makefile: what runs alone starts something."""
    _leave_to_other_days(items)
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        if "alone" in marks and not marks & {"services", "load", "docker"}:
            raise pytest.UsageError(f"{item.nodeid} is marked alone, and starts nothing")


def _leave_to_other_days(items: list[pytest.Item]) -> None:
    """Keep of each file whose tests are parted by date those that are due."""
    places: Counter[Path] = Counter()
    kept: list[pytest.Item] = []
    for item in items:
        mark = item.get_closest_marker("by_date")
        parts = mark.args[0] if mark else PARTED.get(item.path.parent.name, 1)
        if is_due(places[item.path], parts):
            kept.append(item)
        places[item.path] += 1
    items[:] = kept


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With ``CI`` set, a test skipped because a program is missing has failed: install it there."""
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        if "missing" in str(reason):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} was skipped. {reason}"
    return report
