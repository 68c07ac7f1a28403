"""What can be measured of any build from outside: by its commands, or by a script it runs."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.builds import CHECKOUT, Build
from tests.bench.figure import BenchFailed
from tests.bench.figures import BARE_APP
from tests.bench.terminal import TITLE, await_text, in_terminal
from tests.bench.use import pss
from tutor.base.errors import ExitCode

BEGIN = """
from pathlib import Path
try:
    from tutor.learner.session import Session
except ImportError:
    from tutor.session import Session
session = Session(Path("later"))
session.enter(session.levels[0])
"""
"""Begins level 1, whether there is a command for it or not."""
FIRST_WORDS = Path(__file__).parent / "inside" / "first_words.py"


class NotKnown(Exception):
    """This build has no such command, option or level."""


@dataclass(frozen=True, slots=True)
class Outside:
    """One thing to measure of a build."""

    name: str
    unit: str
    take: Callable[[Build], float]
    """Measures once."""


def said(build: Build, *argv: str | Path, expect: int = ExitCode.DONE) -> str:
    """Return what a command of *build* printed."""
    done = subprocess.run(
        argv,
        cwd=build.folder,
        env=build.env,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode == ExitCode.USAGE != expect:
        raise NotKnown(done.stderr)
    if done.returncode != expect:
        raise BenchFailed(f"{argv[0]} ended {done.returncode}", done.stdout + done.stderr)
    return done.stdout


def command(*words: str, expect: int = ExitCode.DONE) -> Callable[[Build], float]:
    """Return what measures the seconds of ``tutor`` with *words*."""

    def take(build: Build) -> float:
        began = time.monotonic()
        said(build, build.tutor, *words, expect=expect)
        return time.monotonic() - began

    return take


def importing(module: str) -> Callable[[Build], float]:
    """Return what measures the seconds of a Python that imports *module* and ends."""

    def take(build: Build) -> float:
        began = time.monotonic()
        said(build, build.python, "-c", f"import {module}")
        return time.monotonic() - began

    return take


def _terminal(
    build: Build, *argv: str | Path
) -> AbstractContextManager[tuple[subprocess.Popen[bytes], int]]:
    return in_terminal(*argv, cwd=build.folder, env=build.env)


def first_frame(argv: Callable[[Build], Sequence[str | Path]]) -> Callable[[Build], float]:
    """Return what measures the seconds until the title is on the screen."""

    def take(build: Build) -> float:
        began = time.monotonic()
        with _terminal(build, *argv(build)) as (process, master):
            await_text(process, master, TITLE, 20)
            return time.monotonic() - began

    return take


def first_words(slug: str) -> Callable[[Build], float]:
    """Return what measures the seconds until a check on save says what *slug* misses."""
    return lambda build: float(said(build, build.python, FIRST_WORDS, slug))


def memory(build: Build) -> float:
    """Return the megabytes of the open game and an idle stack, shared pages counted once."""
    workspace = "--workspace", "later"
    said(build, build.python, "-c", BEGIN)
    with (
        _stack(build, *workspace) as supervisor,
        _terminal(build, build.tutor, "start", *workspace) as (process, master),
    ):
        await_text(process, master, TITLE, 20)
        time.sleep(1)
        return sum(pss(pid) for pid in (process.pid, supervisor)) / 2**20


@contextmanager
def _stack(build: Build, *workspace: str) -> Iterator[int]:
    """Have the stack of a workspace up, and lend the number of the process that keeps it."""
    with _terminal(build, build.tutor, "stack", "up", *workspace) as (process, master):
        await_text(process, master, b"http://127.0.0.1", 60)
        state = next(build.folder.glob("data/stacks/*/supervisor.json"))
        yield json.loads(state.read_text())["pid"]


def _levels() -> list[str]:
    return sorted(path.parent.name for path in (CHECKOUT / "levels").glob("*/level.toml"))


def _of_levels() -> Iterator[Outside]:
    for slug in _levels():
        words = ("verify", slug, "--workspace", "verify", "--variant")
        yield Outside(f"verify {slug}, fixed", "s", command(*words, "fixed"))
        yield Outside(
            f"verify {slug}, broken", "s", command(*words, "broken", expect=ExitCode.NOT_YET)
        )
        yield Outside(f"save {slug}: what is missed", "s", first_words(slug))


EVERYWHERE = (
    Outside("tutor --help", "s", command("--help")),
    Outside("import of the game", "s", importing("tutor.tui.app")),
    Outside("tutor start: first frame", "s", first_frame(lambda build: (build.tutor, "start"))),
    Outside(
        "a bare Textual app: first frame",
        "s",
        first_frame(lambda build: (build.python, "-c", BARE_APP)),
    ),
    Outside("memory: game and idle stack (PSS)", "MB", memory),
    *_of_levels(),
)
