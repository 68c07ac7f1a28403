"""Whatever goes wrong in a run, the verdict blames the right one and nothing is left."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.conftest import mounted
from tests.helpers import fill_disk, marked_processes, runs, wait_until
from tests.real import copy_template
from tutor.base.cancel import Cancel
from tutor.events import (
    Event,
    LoadSampled,
    PhaseStarted,
    RunCancelled,
    RunFinished,
    ServiceDied,
    ServiceStarted,
)
from tutor.judge import Finding, Outcome
from tutor.lab import Shop
from tutor.learner.session import Session
from tutor.run.play import rehearse
from tutor.run.runlock import run_lock
from tutor.stack.stack import Stack

pytestmark = [pytest.mark.services, pytest.mark.load]

VIEWS = "catalog/views.py"


def play(
    session: Session,
    *,
    quick: bool = True,
    on: Callable[[Event], None] = lambda event: None,
    cancel: Cancel | None = None,
) -> list[Event]:
    """Play level 1 on the learner's own files and return what happened."""
    events = []
    for event in session.play(session.levels[0], quick=quick, cancel=cancel):
        events.append(event)
        on(event)
    return events


def verdict_of(events: list[Event]) -> tuple[Outcome, dict[str, Finding]]:
    """Return the outcome and the findings by their id."""
    last = events[-1]
    assert isinstance(last, RunFinished)
    return last.verdict.outcome, {f.id: f for f in last.verdict.findings}


def edit(session: Session, name: str, before: str, after: str) -> None:
    """Replace *before* by *after* in a file of the workspace."""
    path = session.workspace.folder / name
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


def line_of(session: Session, name: str, words: str) -> int:
    """Return the number of the line with *words*."""
    lines = (session.workspace.folder / name).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def shops(session: Session) -> list[str]:
    """Return the shops that are up."""
    return [name for name in session.stack.status() if name.startswith("gunicorn")]


def run_databases(session: Session) -> int:
    """Return how many databases of runs there are."""
    from tutor.curriculum.compose import compose
    from tutor.stack.ground import prepare_ground
    from tutor.stack.plan import read_plan

    files = compose(session.levels[0], "fixed", session.levels)
    ground = prepare_ground(
        session.stack, read_plan(files["stack.toml"]), files, lambda event: None, Cancel()
    )
    with ground.postgres.connect("postgres") as connection:
        query = r"SELECT count(*) FROM pg_database WHERE datname LIKE 'run\_%'"
        return int(connection.execute(query).fetchone()[0])


class TestTheShop:
    """What is wrong with the learner's files is theirs, and is told with file and line."""

    def test_an_endless_loop_is_named_and_ended(
        self, warm: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The file and the line it is at, within seconds; no worker spins on."""
        monkeypatch.setitem(Shop.visitor.__kwdefaults__, "timeout", 2.0)
        # Within that no loop works much, beside other tests.
        monkeypatch.setattr("tutor.lab.no_answer.MUCH_WORK", 0.0)
        edit(warm, VIEWS, "A_YEAR =", "def spin():\n    while True:\n        pass\n\n\nA_YEAR =")
        edit(warm, VIEWS, "    products = ", "    spin()\n    products = ")
        workers: list[int] = []

        def note_workers(event: Event) -> None:
            if isinstance(event, ServiceStarted) and event.service == "gunicorn":
                master = psutil.Process(warm.stack.status()["gunicorn-mine"].pid)
                workers.extend(child.pid for child in master.children())

        outcome, findings = verdict_of(play(warm, on=note_workers))

        assert outcome is Outcome.NOT_YET
        where = findings["page_hangs"].params
        loop = line_of(warm, VIEWS, "while True")
        assert (where["file"], where["path"]) == (VIEWS, "/")
        assert where["line"] in (loop, loop + 1)
        assert workers
        assert wait_until(lambda: not any(map(runs, workers)))
        assert shops(warm) == []

    @pytest.mark.parametrize(
        ("before", "after", "finding", "error"),
        [
            ("def front(", "def front((", "page_fails", "SyntaxError"),
            ("A_YEAR =", "import nowhere\n\nA_YEAR =", "page_fails", "nowhere"),
            (
                '"catalog/front.html"',
                '"catalog/nowhere.html"',
                "page_fails",
                "catalog/nowhere.html",
            ),
        ],
        ids=["syntax", "import", "template"],
    )
    def test_what_python_or_django_refuse_is_shown_with_its_place(
        self, warm: Session, before: str, after: str, finding: str, error: str
    ) -> None:
        """The exception's own words, the file, the line and the last lines of the traceback."""
        edit(warm, VIEWS, before, after)

        outcome, findings = verdict_of(play(warm))

        assert outcome is Outcome.NOT_YET
        params = findings[finding].params
        assert error in params["error"]
        assert params["file"] == VIEWS
        assert params["line"] > 0
        assert params["error"] in params["tail"]
        assert str(warm.stack.folder) not in params["tail"]
        assert shops(warm) == []

    def test_a_file_that_is_gone_is_named(self, warm: Session) -> None:
        """The learner may not know that it was there; the hint brings it back."""
        (warm.workspace.folder / "catalog" / "querysets.py").unlink()

        outcome, findings = verdict_of(play(warm))

        assert outcome is Outcome.NOT_YET
        assert findings["shop_does_not_start"].params["file"] == "catalog/models.py"
        assert findings["files_missing"].params["files"] == "catalog/querysets.py"

    def test_a_wrong_stack_file_is_the_learner_s(self, warm: Session) -> None:
        """It names the key and the nearest right one."""
        edit(warm, "stack.toml", "workers", "wrokers")

        outcome, findings = verdict_of(play(warm))

        assert outcome is Outcome.NOT_YET
        assert "'wrokers'" in findings["stack_file_wrong"].params["message"]
        assert "'workers'" in findings["stack_file_wrong"].params["hint"]


class TestTheStack:
    """What is wrong with our services is ours and costs the learner nothing."""

    def test_postgresql_killed_in_the_middle_is_our_fault(self, warm: Session) -> None:
        """The verdict says so, no shop stays up, no attempt is counted, the next run works."""

        def kill(event: Event) -> None:
            if isinstance(event, PhaseStarted) and event.phase == "check":
                os.kill(warm.stack.status()["postgres"].pid, signal.SIGKILL)

        events = play(warm, on=kill)

        outcome, findings = verdict_of(events)
        assert outcome is Outcome.OUR_FAULT
        assert "PostgreSQL died during the run" in findings["ours"].params["message"]
        assert [e.service for e in events if isinstance(e, ServiceDied)] == ["postgres"]
        assert shops(warm) == []
        assert warm.level_progress(warm.levels[0]).attempts == 0
        with run_lock(warm.stack.folder):
            pass
        assert verdict_of(play(warm))[0] is Outcome.NOT_YET
        assert run_databases(warm) == 0

    def test_a_stack_that_somebody_ended_is_our_fault(self, warm: Session) -> None:
        """`tutor stack down` beside a run: said, and not held against the shop."""

        def end(event: Event) -> None:
            if isinstance(event, PhaseStarted) and event.phase == "check":
                Stack(warm.stack.folder).shutdown()

        outcome, findings = verdict_of(play(warm, on=end))

        assert outcome is Outcome.OUR_FAULT
        assert "was stopped while it was in use" in findings["ours"].params["message"]

    def test_a_disk_that_fills_up_in_the_middle_is_named(
        self, warm: Session, template: Path, tmp_path: Path
    ) -> None:
        """Not the page that failed because of it: the disk."""
        disks = mounted(tmp_path / "disk", "size=400m")
        disk = next(disks)
        warm.stack = Stack(disk / "stack")
        copy_template(template, warm.stack.folder)

        def fill(event: Event) -> None:
            if isinstance(event, PhaseStarted) and event.phase == "check":
                fill_disk(disk)

        outcome, findings = verdict_of(play(warm, on=fill))
        warm.stack.release()
        assert warm.stack.wait_until_gone(30)
        next(disks, None)

        assert outcome is Outcome.OUR_FAULT
        assert "The disk is full" in findings["ours"].params["message"]
        assert str(disk) in findings["ours"].params["message"]


class TestEnds:
    """A run can be ended at any moment and leaves nothing of itself."""

    @pytest.mark.parametrize("moment", ["prepare", "check", "load"])
    def test_a_cancelled_run_leaves_nothing(self, warm: Session, moment: str) -> None:
        """No shop, no database, no lock, no judgement, no entry of a run."""
        cancel = Cancel()

        def stop(event: Event) -> None:
            in_phase = isinstance(event, PhaseStarted) and event.phase == moment
            if (in_phase and moment != "load") or isinstance(event, LoadSampled):
                cancel.set()

        if moment == "load":
            events = []
            for event in rehearse(warm.run_spec(warm.levels[0], "mine"), cancel=cancel):
                events.append(event)
                stop(event)
        else:
            events = play(warm, quick=False, on=stop, cancel=cancel)

        assert isinstance(events[-1], RunCancelled)
        assert shops(warm) == []
        assert "load" not in warm.stack.status()
        assert run_databases(warm) == 0
        assert [entry for entry in warm.journal.entries() if entry.run] == []
        with run_lock(warm.stack.folder):
            pass

    @pytest.mark.parametrize("moment", ["ServiceStarted", "check", "LoadSampled"])
    def test_a_killed_tutor_leaves_no_process(self, warm: Session, moment: str, home: Path) -> None:
        """After `kill -9` everything ends; the next run tidies up and works."""
        how = "rehearse(session.run_spec(session.levels[0], 'mine'))"
        if moment != "LoadSampled":
            how = "session.play(session.levels[0])"
        code = (
            "import sys; from pathlib import Path; from tutor.learner.session import Session\n"
            "from tutor.run.play import rehearse\n"
            "session = Session(Path(sys.argv[1]))\n"
            f"for event in {how}:\n"
            "    print(type(event).__name__, getattr(event, 'phase', ''), flush=True)"
        )
        tutor = subprocess.Popen(
            [sys.executable, "-c", code, str(warm.workspace.folder)], stdout=subprocess.PIPE
        )
        with tutor:
            assert tutor.stdout is not None
            for line in tutor.stdout:
                if moment in line.decode().split():
                    break
            else:
                pytest.fail(f"the run ended before {moment}")
            assert marked_processes(home)
            tutor.kill()

        assert wait_until(lambda: not marked_processes(home), timeout=6)
        assert run_databases(warm) == 0


@pytest.fixture(autouse=True)
def no_lock_is_left(warm: Session) -> Iterator[None]:
    """Every run gives its right back."""
    yield
    with run_lock(warm.stack.folder):
        pass
