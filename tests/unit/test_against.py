"""Two builds side by side: in turns, and nothing of the other one is left."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.against import compare, told
from tests.bench.builds import Build, builds
from tests.bench.figure import BenchFailed
from tests.bench.outside import NotKnown, Outside
from tests.helpers import wait_until

CHECKOUT = Path(__file__).resolve().parents[2]
BEFORE, AFTER = Build("1a2b3c", Path(), Path()), Build("this", Path(), Path())
HELD = """
import sys, time
from pathlib import Path
from tests.bench.builds import builds
with builds("HEAD", Path(sys.argv[1])) as (before, _):
    print(before.root, flush=True)
    time.sleep(600)
"""
SET_UP = """#!/bin/sh
echo "$1 $SERVERS" >"$(dirname "$0")/../made"
"""


class Journal:
    """Measures what it is told to, and remembers of whom."""

    def __init__(self, **values: list[float]) -> None:
        self.asked: list[str] = []
        self.values: dict[str, Iterator[float]] = {k: iter(v) for k, v in values.items()}

    def take(self, build: Build) -> float:
        """Return the next value of *build*."""
        self.asked.append(build.name)
        if build.name not in self.values:
            raise NotKnown
        return next(self.values[build.name])


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit, and a script that sets it up."""
    folder = tmp_path / "repository"
    (folder / "scripts").mkdir(parents=True)
    script = folder / "scripts" / "set-up"
    script.write_text(SET_UP)
    script.chmod(0o755)
    who = ("-c", "user.name=Betty", "-c", "user.email=betty@example.com")
    for words in (("init", "--quiet"), ("add", "."), (*who, "commit", "--quiet", "-m", "It is.")):
        subprocess.run(["git", "-C", folder, *words], check=True)
    return folder


def worktrees(repository: Path) -> list[str]:
    """Return the worktrees beside the repository itself."""
    command = ["git", "-C", repository, "worktree", "list", "--porcelain"]
    listed = subprocess.check_output(command, text=True)
    return [line for line in listed.splitlines() if line.startswith("worktree ")][1:]


def test_builds_take_turns_after_each_has_warmed_up() -> None:
    """What the machine does meanwhile happens to both; the medians are compared."""
    journal = Journal(**{"1a2b3c": [9.0, 2.0, 4.0, 3.0], "this": [9.0, 1.0, 1.5, 9.0]})

    (row,) = compare([Outside("a figure", "s", journal.take)], BEFORE, AFTER, 3)

    assert journal.asked == ["1a2b3c", "this"] * 4
    assert (row["before"], row["after"], row["ratio"]) == (3.0, 1.5, 0.5)
    assert row["spread"] == [0.375, 3.0]
    assert "0.50" in told(row)


@pytest.mark.parametrize("known", ["1a2b3c", "this"])
def test_what_one_build_alone_knows_is_said_and_not_measured(known: str) -> None:
    """A level that came later has no ratio."""
    journal = Journal(**{known: [1.0]})

    (row,) = compare([Outside("a level", "s", journal.take)], BEFORE, AFTER, 3)

    assert row["only"] == known
    assert told(row).endswith(f"known to {known} only")


def test_a_figure_that_fails_costs_no_other() -> None:
    """The table goes on below it."""
    fails, works = Journal(**{"1a2b3c": []}), Journal(**{"1a2b3c": [1, 1], "this": [1, 1]})
    figures = [Outside("fails", "s", fails.take), Outside("works", "MB", works.take)]

    first, second = compare(figures, BEFORE, AFTER, 1)

    assert "FAILED StopIteration" in told(first)
    assert second["ratio"] == 1


def test_the_build_of_a_commit_is_made_by_its_own_script_and_removed(repository: Path) -> None:
    """A worktree in a folder for this time alone, with what a developer has."""
    with builds("HEAD", repository) as (before, after):
        made = (before.root / "made").read_text()
        listed = worktrees(repository)

    assert made == "dev no\n"
    assert listed == [f"worktree {before.root}"]
    assert after.root == repository
    assert before.env["LEVELUP_HOME"] != after.env["LEVELUP_HOME"]
    assert not before.folder.parent.exists()
    assert worktrees(repository) == []


def test_nothing_of_it_is_left_where_the_bench_is_killed(repository: Path) -> None:
    """Not even by a signal that nobody can handle, and nothing that runs in it goes on."""
    command = [sys.executable, "-c", HELD, repository]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        root = Path(process.stdout.readline().strip())
        inside = subprocess.Popen(["sleep", "600"], cwd=root)
        os.kill(process.pid, signal.SIGKILL)

    assert inside.wait(20) == -signal.SIGKILL
    assert wait_until(lambda: not root.parent.exists(), timeout=20)
    assert wait_until(lambda: not worktrees(repository), timeout=20)


def test_a_name_that_is_no_commit_is_refused(repository: Path) -> None:
    """Before anything is made."""
    with pytest.raises(BenchFailed, match="nowhere is no commit"), builds("nowhere", repository):
        pytest.fail("there is no build")

    assert worktrees(repository) == []
