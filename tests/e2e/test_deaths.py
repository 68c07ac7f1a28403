"""A service that dies in the middle of a run is our fault, said by name, and costs nothing."""

import json
import signal
from pathlib import Path

import psutil
import pytest

from tests.fixtures import OwnLevel
from tests.real import Running, Tutor, assert_nothing_left, databases_left

pytestmark = [pytest.mark.by_date(2), pytest.mark.services, pytest.mark.load]
RESTING = "Resting a while"


def pid_of(tutor: Tutor, service: str) -> int:
    """Return the process of a service, as the supervisor wrote it down."""
    state = json.loads((tutor.stack_folder / "supervisor.json").read_text())
    return int(state["children"][service])


def assert_ours(tutor: Tutor, run: Running, code: int, *words: str) -> None:
    """Fail unless the run ended as our fault and cost nothing, and the next one works."""
    assert code == 1, run.said
    assert "Our fault" in run.said
    assert "does not count against you" in run.said
    assert all(word in run.said for word in words), run.said
    assert "Traceback" not in run.said
    assert tutor.progress.attempts == 0
    assert tutor.outcomes()[0] == "our_fault"
    assert_nothing_left(tutor.folder, ports=run.ports)
    again = tutor("verify", "--quick")
    assert again.code == 0, again.said
    assert databases_left(tutor) == 0


@pytest.mark.parametrize("phase", ["check", "settle"])
def test_postgres_killed_is_our_fault(tutor: Tutor, own_level: OwnLevel, phase: str) -> None:
    """Even where the level itself would not have noticed."""
    files = tutor.files()
    sign = own_level(rest_in=phase) / f"rest_in_{phase}"

    with tutor.running("verify") as run:
        run.wait_for(RESTING)
        psutil.Process(pid_of(tutor, "postgres")).kill()
        sign.unlink()
        code = run.end()

    assert_ours(
        tutor, run, code, "PostgreSQL died during the run (code -9)", "Run the command again"
    )
    assert files.keys() <= tutor.files().keys()


def test_postgres_killed_under_load_is_our_fault(tutor: Tutor) -> None:
    """Every page fails then, and none of them is blamed on the learner."""
    tutor.enter(variant="fixed")

    with tutor.running("verify") as run:
        run.wait_for("p50")
        psutil.Process(pid_of(tutor, "postgres")).kill()
        code = run.end()

    assert_ours(tutor, run, code, "PostgreSQL died during the run")


def test_the_shop_killed_from_outside_is_our_fault(tutor: Tutor, own_level: OwnLevel) -> None:
    """Its code cannot have done that: somebody killed the server itself."""
    sign = own_level(rest_in="check") / "rest_in_check"

    with tutor.running("verify") as run:
        run.wait_for(RESTING)
        psutil.Process(pid_of(tutor, "gunicorn-mine")).kill()
        sign.unlink()
        code = run.end()

    assert_ours(tutor, run, code, "gunicorn")


def test_the_shop_killed_under_load_is_our_fault(tutor: Tutor, own_level: OwnLevel) -> None:
    """Failed requests are the consequence, not the cause."""
    own_level(seconds=3)

    with tutor.running("verify") as run:
        run.wait_for("p50")
        psutil.Process(pid_of(tutor, "gunicorn-mine")).kill()
        code = run.end()

    assert_ours(tutor, run, code, "gunicorn")


def test_the_load_generator_killed_is_our_fault(tutor: Tutor, own_level: OwnLevel) -> None:
    """What it had measured until then is not judged."""
    own_level(seconds=60)

    with tutor.running("verify") as run:
        run.wait_for("p50")
        psutil.Process(pid_of(tutor, "load")).kill()
        code = run.end()

    assert code == 1, run.said
    assert "The load generator ended with code -9" in run.said
    assert "does not count against you" in run.said
    assert tutor.progress.attempts == 0
    assert_nothing_left(tutor.folder, ports=run.ports)


def test_a_stack_stopped_by_somebody_else_is_our_fault(tutor: Tutor, own_level: OwnLevel) -> None:
    """`tutor stack down` in another terminal ends the run at once, and the run says so."""
    own_level(rest_in="check")

    with tutor.running("verify") as run:
        run.wait_for(RESTING)
        down = tutor("stack", "down")
        (tutor.folder / "pack/90_own_level/rest_in_check").unlink()
        code = run.end()

    assert down.out == "Stopped.\n"
    assert_ours(tutor, run, code, "The stack was stopped while it was in use")


def test_a_stack_whose_shop_died_can_be_put_right(tutor: Tutor) -> None:
    """While the shop is served: status shows the death, swap brings it back."""
    with tutor.running("stack", "up") as up:
        up.wait_for("Ctrl-C")
        psutil.Process(pid_of(tutor, "gunicorn-showroom")).kill()
        status = tutor("stack", "status").out
        opened = tutor("open", "--print")
        swapped = tutor("swap", "mine")
        opened_again = tutor("open", "--print")
        up.signal(signal.SIGINT)
        code = up.end()

    assert "ended (-9)" in status
    assert opened.code == 1
    assert swapped.code == 0, swapped.said
    assert opened_again.code == 0
    assert code == 130
    assert_nothing_left(tutor.folder, ports=up.ports)


def test_damaged_data_are_made_anew(tutor: Tutor, tmp_path: Path) -> None:
    """What is ours is repaired, said in a line, and the learner's files are not touched."""
    tutor.enter(variant="fixed")
    files = tutor.files()
    (tutor.stack_folder / "postgres/data/global/pg_control").write_bytes(b"\0" * 8192)

    done = tutor("verify", "--quick")

    assert done.code == 0, done.said
    assert tutor.files() == files
