"""Measure what a player waits for, print a table and write the figures as JSON.

    make bench                        all figures
    make bench ARGS="--only swap"     those whose name contains a word
    make bench ARGS="--save"          also put them into figures.json, the reference in the repository

Each figure is the median of its runs. The last column says whether the limit is kept;
the limits are those of a quiet machine with two cores.
"""

import argparse
import fcntl
import http.client
import json
import os
import platform
import pty
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from tutor.events import Measured
from tutor.judge import Outcome, standing

HERE = Path(__file__).parent
FIGURES = HERE / "figures.json"
RESULTS = HERE / "results"
TUTOR = Path(sys.executable).with_name("tutor")
ESCAPES = re.compile(rb"\x1b(\[[0-9;?<>=:]*[a-zA-Z~$]|\][^\x07\x1b]*(\x07|\x1b\\)|[()][A-Z0-9]|.)")
BARE_APP = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("Betty's shop is live.")
Bare().run()
"""
TITLE = b"Betty's shop is live."
FIRST_STACK = "first stack: initdb, migrate, seed, shop answers"


class BenchFailed(Exception):
    """What was to be measured did not happen."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing to measure."""

    name: str
    unit: str
    limit: float | None
    """None for a figure that is there for comparison."""
    runs: int
    samples: Callable[[int], Iterator[float]]
    """From the number of runs to one value per run; warms up by itself."""


# -- commands --------------------------------------------------------------------------------------


def command(*args: str, expect: int) -> float:
    """Return the seconds that ``tutor`` took for *args*."""
    began = time.monotonic()
    done = subprocess.run(
        [TUTOR, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    seconds = time.monotonic() - began
    if done.returncode != expect:
        raise BenchFailed(
            f"tutor {' '.join(args)} ended {done.returncode}: {done.stdout}{done.stderr}"
        )
    return seconds


def commands(*args: str, expect: int = 0) -> Callable[[int], Iterator[float]]:
    """Return the sampler of a whole command, process start and end included."""

    def samples(runs: int) -> Iterator[float]:
        command(*args, expect=expect)
        for _ in range(runs):
            yield command(*args, expect=expect)

    return samples


# -- a terminal ------------------------------------------------------------------------------------


@contextmanager
def in_terminal(*argv: str | Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run *argv* in a terminal of 80 columns and 24 rows; it is ended afterwards."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        argv, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    )
    os.close(slave)
    try:
        yield process, master
    finally:
        process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 5
        while process.poll() is None and time.monotonic() < deadline:
            _read(master, 0.05)
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(master)


def _read(master: int, timeout: float) -> bytes:
    """Return what the terminal shows next; nothing where it shows nothing for *timeout* seconds."""
    with suppress(OSError):
        if select.select([master], [], [], timeout)[0]:
            return os.read(master, 65536)
    return b""


def await_text(process: subprocess.Popen[bytes], master: int, text: bytes, timeout: float) -> None:
    """Wait until *text* is on the screen."""
    shown = b""
    deadline = time.monotonic() + timeout
    while text not in ESCAPES.sub(b"", shown):
        if time.monotonic() > deadline or process.poll() is not None:
            raise BenchFailed(f"{text!r} was never shown: {ESCAPES.sub(b'', shown)[-500:]!r}")
        shown += _read(master, 0.01)


def first_frames(*argv: str | Path) -> Callable[[int], Iterator[float]]:
    """Return the sampler of the time until the title is on the screen."""

    def once() -> float:
        began = time.monotonic()
        with in_terminal(*argv) as (process, master):
            await_text(process, master, TITLE, 20)
            return time.monotonic() - began

    def samples(runs: int) -> Iterator[float]:
        once()
        for _ in range(runs):
            yield once()

    return samples


# -- the game while visitors come -------------------------------------------------------------------

LOADED = b" s left"
"""What the run bar says only while visitors come."""
PAGES = ((b"2", b"At most 212 statements"), (b"3", b"Log of this run"))
"""Keys, and what is on the screen once each is answered."""


@contextmanager
def under_load() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Play level 1 as it begins and lend the game as soon as visitors come."""
    with (
        _stack_of(_session("loaded")),
        in_terminal(TUTOR, "start", "--workspace", "loaded") as (process, master),
    ):
        await_text(process, master, TITLE, 20)
        os.write(master, b"\r")
        await_text(process, master, b"http://127.0.0.1", 60)
        os.write(master, b"v")
        await_text(process, master, LOADED, 120)
        yield process, master
        os.write(master, b"\x1b")


def answered_keys(runs: int) -> Iterator[float]:
    """Yield the milliseconds from a key to the screen that it asked for, at full load."""
    with under_load() as (process, master):
        for number in range(runs):
            pressed, expected = PAGES[number % len(PAGES)]
            began = time.monotonic()
            os.write(master, pressed)
            await_text(process, master, expected, 10)
            yield 1000 * (time.monotonic() - began)


def cpu_of_game(runs: int) -> Iterator[float]:
    """Yield the percent of a core that the game uses while visitors come, everything included."""
    with under_load() as (process, master):
        game = psutil.Process(process.pid)
        for _ in range(runs):
            before, began = sum(game.cpu_times()[:2]), time.monotonic()
            while time.monotonic() < began + 1:
                _read(master, 0.05)
            used = sum(game.cpu_times()[:2]) - before
            yield 100 * used / (time.monotonic() - began)


# -- the stack, as the game that is already open starts it -----------------------------------------


Sampler = Callable[[int], Iterator[float]]


def _session(folder: str, where: str = "local") -> Any:
    from tutor.learner.session import Session

    session = Session(Path(folder), where)
    session.enter(session.levels[0])
    return session


def _opened(session: Any, variant: str = "mine") -> Any:
    """Serve *variant* in a showroom, have it answer, and return the showroom."""
    from tutor.learner.showroom import Showroom

    showroom = Showroom(session)
    _swap(showroom, variant)
    return showroom


def _swap(showroom: Any, variant: str) -> float:
    """Return the seconds until the shop of *variant* gave its first answer."""
    from tutor.base.cancel import Cancel

    session = showroom.session
    began = time.monotonic()
    url = showroom.swap(session.levels[0], variant, Cancel())
    with closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)) as connection:
        connection.request("GET", "/health/")
        if connection.getresponse().status != 200:
            raise BenchFailed(f"{variant} does not answer")
    return time.monotonic() - began


@contextmanager
def _stack_of(session: Any) -> Iterator[Any]:
    try:
        yield session
    finally:
        session.stack.release()
        if not session.stack.wait_until_gone():
            raise BenchFailed("the stack did not end")


def checks(number: int) -> Sampler:
    """Return the sampler of the seconds that a check on save takes where all is right."""

    def samples(runs: int) -> Iterator[float]:
        for run in _checks(number, "fixed", runs):
            if run[-1][1].verdict.outcome != Outcome.WON:
                raise BenchFailed(f"level {number} was not won: {run[-1][1].verdict}")
            yield run[-1][0]

    return samples


def first_words(number: int) -> Sampler:
    """Return the sampler of the seconds until a check on save names something that is missed."""

    def samples(runs: int) -> Iterator[float]:
        goals = _session("check").levels[number - 1].goals
        for run in _checks(number, "broken", runs):
            measures: dict[str, Any] = {}
            for seconds, event in run:
                if isinstance(event, Measured):
                    measures[event.measure] = event.value
                if standing(goals, measures, [], quick=True).first_missed:
                    yield seconds
                    break
            else:
                raise BenchFailed(f"level {number} was said to miss nothing")

    return samples


def _checks(number: int, variant: str, runs: int) -> Iterator[list[tuple[float, Any]]]:
    """Yield the events of each quick check of a level, with the seconds from its beginning.

    One comes before the others: it makes the stack and its data.
    """
    with _stack_of(_session("check")) as session:
        for count in range(runs + 1):
            began = time.monotonic()
            run = [
                (time.monotonic() - began, event)
                for event in session.play(session.levels[number - 1], variant, quick=True)
            ]
            if count:
                yield run


def first_stacks(where: str = "local") -> Sampler:
    """Return the sampler of the seconds from nothing at all to a shop that answers."""

    def samples(runs: int) -> Iterator[float]:
        for number in range(runs):
            with _stack_of(_session(f"first{number}", where)) as session:
                began = time.monotonic()
                _opened(session)
                yield time.monotonic() - began

    return samples


def later_stacks(where: str = "local") -> Sampler:
    """Return the sampler of the seconds from a stopped stack to a shop that answers."""

    def samples(runs: int) -> Iterator[float]:
        for number in range(runs + 1):
            with _stack_of(_session("later", where)) as session:
                began = time.monotonic()
                _opened(session)
                if number:
                    yield time.monotonic() - began

    return samples


def swaps(where: str = "local") -> Sampler:
    """Return the sampler of the seconds from one variant to the first answer of the next."""

    def samples(runs: int) -> Iterator[float]:
        with _stack_of(_session("later", where)) as session:
            showroom = _opened(session)
            for variant in ("fixed", "broken", "mine"):
                _swap(showroom, variant)
            for number in range(runs):
                yield _swap(showroom, ("fixed", "broken", "mine")[number % 3])

    return samples


def loads(workers: int) -> Sampler:
    """Return the sampler of the answers per second to the load of level 1, made by *workers*."""

    def samples(runs: int) -> Iterator[float]:
        argv = [TUTOR, "load", "1", "--variant", "fixed", "--json", "--workspace", "verify"]
        for _ in range(runs):
            done = subprocess.run(
                [*argv, "--workers", str(workers)], capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise BenchFailed(f"tutor load ended {done.returncode}: {done.stderr}")
            yield float(json.loads(done.stdout)["rps"])

    return samples


def no_docker() -> str:
    """Return why there are no figures of containers; empty where there are."""
    from tutor.base.errors import TutorError
    from tutor.machine.docker.engine import check_engine, check_image, connect

    try:
        with closing(connect()) as engine:
            check_engine(engine)
            check_image(engine)
    except TutorError as error:
        return error.message
    return ""


def memory(runs: int) -> Iterator[float]:
    """Yield the megabytes of the open game and an idle stack, shared pages counted once."""
    with _stack_of(_session("later")) as session:
        _opened(session)
        supervisor = psutil.Process(session.stack.status()["postgres"].pid).ppid()
        with in_terminal(TUTOR, "start", "--workspace", "later") as (process, master):
            await_text(process, master, TITLE, 20)
            time.sleep(1)
            for _ in range(runs):
                yield sum(_pss(pid) for pid in (process.pid, supervisor)) / 2**20


def _pss(pid: int) -> float:
    """Return the bytes of a process and its children, each page divided among its users."""
    process = psutil.Process(pid)
    total = 0
    for one in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            full = one.memory_full_info()
            total += getattr(full, "pss", full.uss)
    return total


def looks(runs: int) -> Iterator[float]:
    """Yield the milliseconds of CPU that one look of the monitor takes, over as many as cover all.

    One look a second: ten milliseconds are one percent of a core.
    """
    from tutor.stack.gauge import MEMORY_EVERY, Gauge

    with _stack_of(_session("later")) as session:
        _opened(session)
        gauge = Gauge(session.stack)
        for _ in range(runs):
            began = time.process_time()
            for _ in range(MEMORY_EVERY):
                gauge.look()
            yield 1000 * (time.process_time() - began) / MEMORY_EVERY


# -- the table -------------------------------------------------------------------------------------

VERIFY = ("verify", "1", "--workspace", "verify", "--variant")
ALL = (
    Figure("tutor --help", "s", 0.15, 9, commands("--help")),
    Figure("tutor start: first frame", "s", 0.7, 7, first_frames(TUTOR, "start")),
    Figure(
        "a bare Textual app: first frame",
        "s",
        None,
        7,
        first_frames(sys.executable, "-c", BARE_APP),
    ),
    Figure(FIRST_STACK, "s", 12, 3, first_stacks()),
    Figure("later start: PostgreSQL, shop answers", "s", 1.5, 7, later_stacks()),
    Figure("swap of a variant: first answer", "s", 1.0, 9, swaps()),
    Figure("verify --quick, fixed", "s", 3, 5, commands(*VERIFY, "fixed", "--quick")),
    Figure(
        "verify --quick, broken", "s", None, 3, commands(*VERIFY, "broken", "--quick", expect=3)
    ),
    *(
        Figure(f"a check of level {n}, all right: whole", "s", limit, 5, checks(n))
        for n, limit in enumerate((3, 3, 3, 3, 3, 3, 8), start=1)
    ),
    *(
        Figure(f"a check of level {n}, as it begins: what is missed", "s", limit, 3, first_words(n))
        for n, limit in enumerate((3, 3, 3, 3, 3, 3), start=1)
    ),
    Figure("verify, fixed", "s", 20, 3, commands(*VERIFY, "fixed")),
    Figure("verify, broken", "s", 20, 3, commands(*VERIFY, "broken", expect=3)),
    Figure("load of 1 worker: answers", "/s", None, 3, loads(1)),
    Figure("load of 2 workers: answers", "/s", None, 3, loads(2)),
    Figure("load of 4 workers: answers", "/s", None, 3, loads(4)),
    Figure("memory: game and idle stack (PSS)", "MB", 400, 3, memory),
    Figure("monitor: CPU of one look a second", "ms", 20, 5, looks),
    Figure("a key under full load: answered", "ms", 50, 12, answered_keys),
    Figure("the game under full load: CPU of a core", "%", 10, 4, cpu_of_game),
)
OF_DOCKER = (
    Figure(f"docker: {FIRST_STACK}", "s", 20, 3, first_stacks("docker")),
    Figure("docker: later start, shop answers", "s", 5, 5, later_stacks("docker")),
    Figure("docker: swap of a variant, first answer", "s", 2.0, 6, swaps("docker")),
    Figure("docker: verify, fixed", "s", 30, 3, commands(*VERIFY, "fixed", "--stack", "docker")),
)


def machine() -> dict[str, Any]:
    """Return what the figures depend on, without a name."""
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 1),
    }


def measure(figures: list[Figure], runs: int | None) -> Iterator[dict[str, Any]]:
    """Measure each of *figures* and yield its row."""
    for figure in figures:
        row: dict[str, Any] = {"figure": figure.name, "unit": figure.unit, "limit": figure.limit}
        try:
            samples = list(figure.samples(runs or figure.runs))
        except Exception as error:  # noqa: BLE001 - one figure that fails must not cost the others
            yield row | {"error": f"{type(error).__name__}: {error}"}
            continue
        median = statistics.median(samples)
        row |= {
            "median": round(median, 3),
            "least": round(min(samples), 3),
            "most": round(max(samples), 3),
            "runs": len(samples),
        }
        if figure.limit is not None:
            row["ok"] = median <= figure.limit
        yield row


def line(row: dict[str, Any]) -> str:
    """Return one line of the table."""
    if error := row.get("error"):
        return f"{row['figure']:<50} FAILED {error}"
    form = ".0f" if row["unit"] == "MB" else ".2f"
    verdict = {True: "ok", False: "OVER", None: ""}[row.get("ok")]
    limit = "–" if row["limit"] is None else f"{row['limit']:g}"
    spread = f"{row['least']:{form}}–{row['most']:{form}}"
    return (
        f"{row['figure']:<50} {row['median']:>7{form}} {row['unit']:<2} {limit:>6} "
        f"{spread:>13} {row['runs']:>3}  {verdict}"
    )


@contextmanager
def fenced() -> Iterator[None]:
    """Work in an empty home and an empty folder, as somebody who has just installed the game."""
    began_in = Path.cwd()
    folder = Path(tempfile.mkdtemp(prefix="levelup-bench-"))
    for name in [n for n in os.environ if n.startswith(("LEVELUP", "PYTHON"))]:
        del os.environ[name]
    os.environ |= {
        "HOME": str(folder),
        "LEVELUP_HOME": str(folder / "data"),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
    }
    try:
        os.chdir(folder)
        yield
    finally:
        os.chdir(began_in)
        shutil.rmtree(folder, ignore_errors=True)


def write(path: Path, about: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """Write figures and what they depend on."""
    found = {"machine": about, "figures": rows}
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")


def together(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return *rows*, and of the reference in the repository those that were not measured now."""
    new = {row["figure"]: row for row in rows}
    old = {row["figure"]: row for row in json.loads(FIGURES.read_text())["figures"]}
    names = [figure.name for figure in (*ALL, *OF_DOCKER)]
    return [new.get(name, old.get(name)) for name in names if name in new or name in old]


def main() -> int:
    """Measure and report; 1 where a limit is not kept."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", help="figures whose name contains this")
    parser.add_argument("--runs", type=int, help="runs per figure")
    parser.add_argument("--save", action="store_true", help="also write figures.json")
    options = parser.parse_args()
    why_not = no_docker()
    chosen = [f for f in (*ALL, *(() if why_not else OF_DOCKER)) if options.only in f.name]
    about = machine() | {"date": datetime.now(UTC).date().isoformat()}
    print(" · ".join(f"{key} {value}" for key, value in about.items()))
    print(f"{'':<50} {'median':>10} {'limit':>6} {'least–most':>13} {'n':>3}")
    if why_not:
        print(f"No figures of containers: {why_not}")
    rows = []
    with fenced():
        for row in measure(chosen, options.runs):
            rows.append(row)
            print(line(row), flush=True)
    RESULTS.mkdir(exist_ok=True)
    python = "".join(platform.python_version_tuple()[:2])
    name = f"{platform.system().lower()}-{os.cpu_count()}-cores-py{python}.json"
    write(RESULTS / name, about, rows)
    if options.save:
        write(FIGURES, about, together(rows))
    return int(any(row.get("error") or row.get("ok") is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
