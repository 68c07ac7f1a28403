"""Builds of the tutor: each a checkout with an environment and a home of its own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figure import BenchFailed

CHECKOUT = Path(__file__).resolve().parents[2]
KEEPER = Path(__file__).with_name("keeper.py")


@dataclass(frozen=True, slots=True)
class Build:
    """One build, and the folder in which its commands are run."""

    name: str
    root: Path
    folder: Path

    @property
    def python(self) -> Path:
        """The Python of its environment."""
        return self.root / ".venv" / "bin" / "python"

    @property
    def tutor(self) -> Path:
        """Its command."""
        return self.python.with_name("tutor")

    @property
    def env(self) -> dict[str, str]:
        """The environment of its commands."""
        return fenced_environment(self.folder)


def fenced_environment(folder: Path) -> dict[str, str]:
    """Return the environment of somebody who has just installed the game and lives in *folder*."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LEVELUP", "PYTHON"))}
    return kept | {
        "HOME": str(folder),
        "LEVELUP_HOME": str(folder / "data"),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
    }


@contextmanager
def builds(name: str, of: Path = CHECKOUT) -> Iterator[tuple[Build, Build]]:
    """Lend the build of the commit *name*, in a worktree of *of*, and the one that is there.

    The worktree is gone afterwards, whatever ends us: a process beside us removes it as soon as
    its pipe closes.

    Raises:
        BenchFailed: there is no such commit, or its environment cannot be made.
    """
    commit = _commit_of(name, of)
    folder = Path(tempfile.mkdtemp(prefix="levelup-against-"))
    keeper = subprocess.Popen(
        [sys.executable, "-I", KEEPER, of, folder], stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        before = Build(commit, folder / "checkout", folder / "before")
        after = Build("this", of, folder / "after")
        _git(of, "worktree", "add", "--detach", "--quiet", str(before.root), commit)
        _set_up(before.root)
        for build in (before, after):
            build.folder.mkdir()
        yield before, after
    finally:
        keeper.communicate()


def _commit_of(name: str, of: Path) -> str:
    found = _git(of, "rev-parse", "--short", "--verify", f"{name}^{{commit}}", check=False)
    if found.returncode:
        raise BenchFailed(f"{name} is no commit of this repository.")
    return found.stdout.strip()


def _set_up(root: Path) -> None:
    """Make the environment of a checkout, by its own script and as ours was made."""
    done = subprocess.run(
        [root / "scripts" / "set-up", "dev"],
        env={**os.environ, "SERVERS": "no", "PYTHON": sys.executable, "DJANGO": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchFailed(f"{root} could not be set up", done.stdout + done.stderr)


def _git(of: Path, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "-C", str(of), *args], capture_output=True, text=True, check=check
    )
