"""However a run is ended, and whenever: nothing is left of it, and the next one works."""

import fcntl
import os
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures import OwnLevel
from tests.helpers import wait_until
from tests.real import (
    PATIENCE,
    Running,
    Tutor,
    assert_nothing_left,
    copy_template,
    databases_in,
    databases_left,
)

pytestmark = [pytest.mark.by_date(3), pytest.mark.services, pytest.mark.load]

Reached = Callable[[Tutor, Running], object]
RESTING = "Resting a while"


def has(path: str) -> Reached:
    """Return what waits until *path* is there in the stack's folder."""

    def reached(tutor: Tutor, run: Running) -> None:
        assert wait_until(
            lambda: (tutor.stack_folder / path).exists() or run.process.poll() is not None,
            timeout=PATIENCE,
        )
        assert run.process.poll() is None, run.said

    return reached


def says(text: str) -> Reached:
    """Return what waits until the command says *text*."""
    return lambda tutor, run: run.wait_for(text)


MOMENTS: dict[str, Reached] = {
    "initdb": has("postgres/data/PG_VERSION"),
    "seed": has("logs/seed.log"),
    "prepare": says("Preparing"),
    "postgres": says("postgres ▸"),
    "check": says(RESTING),
    "load": says("p50"),
    "settle": says(RESTING),
}
"""When a run is interrupted: the first two only happen where nothing is made yet."""
COLD = {"initdb", "seed"}


CASES = [
    *((signal.SIGINT, moment) for moment in MOMENTS),
    *((signal.SIGKILL, moment) for moment in MOMENTS),
    # These end the command the way -9 does: by the kernel, with nothing tidied up.
    *((signal.SIGTERM, moment) for moment in ("seed", "prepare", "load")),
    *((signal.SIGHUP, moment) for moment in ("initdb", "postgres", "check")),
]
ALWAYS = {
    *((signal.SIGINT, moment) for moment in ("seed", "load", "settle")),
    *((signal.SIGKILL, moment) for moment in ("initdb", "seed", "check", "load")),
    (signal.SIGTERM, "prepare"),
    (signal.SIGHUP, "postgres"),
}
"""Every signal and every moment; the rest of the cases is for `make proof`."""


def name_of(value: signal.Signals | str) -> str:
    """Return what a test is called by."""
    return value.name if isinstance(value, signal.Signals) else value


@pytest.mark.parametrize(
    ("number", "moment"),
    [pytest.param(*case, marks=() if case in ALWAYS else pytest.mark.long) for case in CASES],
    ids=name_of,
)
def test_an_interrupted_run_leaves_nothing(
    cold_tutor: Tutor, own_level: OwnLevel, template: Path, number: signal.Signals, moment: str
) -> None:
    """No process, no port, no attempt; files and journal as they were; the next run wins."""
    tutor = cold_tutor
    level = own_level(
        seconds=60 if moment == "load" else 1,
        rest_in=moment if moment in ("check", "settle") else "",
    )
    if moment not in COLD:
        copy_template(template, tutor.stack_folder)
        tutor.databases = databases_in(tutor.stack_folder)
    files, kept = tutor.files(), tutor("journal", "--json").document

    with tutor.running("verify") as run:
        MOMENTS[moment](tutor, run)
        run.signal(number)
        ended = run.end(timeout=20)
        seconds = assert_nothing_left(tutor.folder, ports=run.ports)

    print(f"gone after {seconds:.2f} s")
    assert ended == (130 if number == signal.SIGINT else -number), run.said
    assert "Traceback" not in run.said
    assert tutor.files() == files
    assert tutor("journal", "--json").document == kept
    assert tutor.progress.attempts == 0
    for sign in level.glob("rest_in_*"):
        sign.unlink()
    again = tutor("verify", "--quick")
    assert again.code == 0, again.said
    assert databases_left(tutor) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill -9"])
def test_level_1_interrupted_in_its_race_leaves_nothing(tutor: Tutor, number: int) -> None:
    """Two shops are up by then, and both end."""
    tutor.enter(variant="fixed")

    with tutor.running("verify") as run:
        run.wait_for("Racing")
        run.wait_for("gunicorn of the broken shop ▸")
        run.signal(number)
        run.end(timeout=20)
        assert_nothing_left(tutor.folder, ports=run.ports)

    assert len(run.ports) == 3
    assert tutor.attempts == 0


COMMANDS = [
    (("verify",), "p50"),
    (("load", "--variant", "fixed"), "p50"),
    (("demo", "90"), RESTING),
    (("author", "check", "90"), "texts and files"),
    (("stack", "up"), "Ctrl-C"),
    (("verify", "--watch"), RESTING),
]
"""Every command that runs services, and what it says in the middle of it."""


@pytest.mark.parametrize("pause", [0.0, 0.01, 0.2])
@pytest.mark.parametrize(
    ("words", "moment"), COMMANDS, ids=lambda v: " ".join(v) if isinstance(v, tuple) else ""
)
def test_an_impatient_ctrl_c_leaves_nothing_either(
    tutor: Tutor, own_level: OwnLevel, words: tuple[str, ...], moment: str, pause: float
) -> None:
    """Pressed again and again while the first one is being worked off."""
    own_level(seconds=60, rest_in="" if moment == "p50" else "check")

    with tutor.running(*words) as run:
        run.wait_for(moment)
        for _ in range(20):
            if run.process.poll() is None:
                run.signal(signal.SIGINT)
            time.sleep(pause)
        code = run.end(timeout=20)
        assert_nothing_left(tutor.folder, ports=run.ports)

    assert code == 130, run.said
    assert "Traceback" not in run.said


def test_the_supervisor_killed_takes_its_services_with_it(
    tutor: Tutor, own_level: OwnLevel
) -> None:
    """Killed with -9: the run ends as our fault, nothing is left, the next one works."""
    level = own_level(rest_in="check", whole_stack=True)

    with tutor.running("verify") as run:
        run.wait_for(RESTING)
        state = (tutor.stack_folder / "supervisor.json").read_text()
        os.kill(int(state.split('"pid": ')[1].split(",")[0]), signal.SIGKILL)
        (level / "rest_in_check").unlink()
        code = run.end(timeout=40)
        assert_nothing_left(tutor.folder, ports=run.ports)

    assert code == 1, run.said
    assert "Our fault" in run.said
    assert "does not count against you" in run.said
    assert tutor.progress.attempts == 0
    again = tutor("verify", "--quick")
    assert again.code == 0, again.said


def test_the_tutor_and_its_supervisor_killed_at_once_leave_nothing(
    tutor: Tutor, own_level: OwnLevel
) -> None:
    """Nobody is there to tidy up but the kernel, and the next start."""
    level = own_level(rest_in="check", whole_stack=True)

    with tutor.running("verify") as run:
        run.wait_for(RESTING)
        state = (tutor.stack_folder / "supervisor.json").read_text()
        supervisor = int(state.split('"pid": ')[1].split(",")[0])
        run.process.kill()
        os.kill(supervisor, signal.SIGKILL)
        run.end(timeout=20)
        assert_nothing_left(tutor.folder, ports=run.ports)

    (level / "rest_in_check").unlink()
    again = tutor("verify", "--quick")
    assert again.code == 0, again.said
    assert databases_left(tutor) == 0


def test_a_stopped_tutor_that_is_killed_leaves_nothing(tutor: Tutor, own_level: OwnLevel) -> None:
    """Ctrl-Z, then the terminal is closed for good."""
    own_level(rest_in="check")

    with tutor.running("verify") as run:
        run.wait_for(RESTING)
        os.kill(run.process.pid, signal.SIGSTOP)
        run.signal(signal.SIGKILL)
        run.end(timeout=20)
        assert_nothing_left(tutor.folder, ports=run.ports)


@pytest.mark.parametrize("words", [("verify",), ("stack", "up")], ids=" ".join)
def test_a_closed_terminal_leaves_nothing(
    tutor: Tutor, own_level: OwnLevel, words: tuple[str, ...]
) -> None:
    """The window is closed in the middle of a run, or while the shop is served."""
    own_level(rest_in="check")
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tutor", *words],
        cwd=tutor.folder,
        env=tutor.env,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # type: ignore[func-returns-value]
    )
    os.close(theirs)
    said = b""
    deadline = time.monotonic() + PATIENCE
    while (RESTING if words == ("verify",) else "Ctrl-C").encode() not in said:
        assert time.monotonic() < deadline, said
        said += os.read(ours, 4096)

    os.close(ours)

    process.wait(20)
    assert_nothing_left(tutor.folder)
    assert tutor.progress.attempts == 0


@pytest.mark.parametrize(
    ("words", "moment"), COMMANDS[1:], ids=lambda v: " ".join(v) if isinstance(v, tuple) else ""
)
def test_every_command_that_runs_services_ends_them(
    tutor: Tutor, own_level: OwnLevel, words: tuple[str, ...], moment: str
) -> None:
    """Interrupted in the middle: exit code 130, and nothing left."""
    own_level(seconds=60, rest_in="" if words[0] == "load" else "check")

    with tutor.running(*words) as run:
        run.wait_for(moment)
        run.signal(signal.SIGINT)
        code = run.end(timeout=20)
        assert_nothing_left(tutor.folder, ports=run.ports)

    assert code == 130, run.said
    assert "Traceback" not in run.said
