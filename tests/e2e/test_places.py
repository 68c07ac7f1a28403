"""Places that do not work: read-only, full, or taken. The message says which, and nothing is lost."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import mounted
from tests.fixtures import OwnLevel
from tests.helpers import fill_disk, wait_until
from tests.real import (
    PATIENCE,
    Tutor,
    assert_nothing_left,
    copy_template,
    databases_left,
    forget,
)
from tutor.machine.disk import MEGABYTE

pytestmark = [pytest.mark.by_date(2), pytest.mark.services]
RESTING = "Resting a while"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk in memory with room for a stack, to be filled or made read-only by the test."""
    yield from mounted(tmp_path / "disk", "size=420m")


def remount(folder: Path, how: str) -> None:
    """Change how *folder* is mounted."""
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


@pytest.fixture
def tutor_on_disk(
    disk: Path, tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> Tutor:
    """The command with home and workspace on that disk, and a warm stack."""
    tutor = Tutor(tmp_path, disk / "home", disk / "shop")
    monkeypatch.setenv("LEVELUP_HOME", str(tutor.home))
    tutor.enter()
    copy_template(template, tutor.stack_folder)
    return tutor


def test_a_read_only_workspace_is_measured_all_the_same(
    disk: Path, tutor: Tutor, template: Path
) -> None:
    """Reading is all that a verdict needs; what would write says which file could not be."""
    theirs = Tutor(tutor.folder, tutor.home, disk / "shop")
    theirs.enter()
    theirs.add_to("catalog/views.py", "\n# mine\n")
    copy_template(template, theirs.stack_folder)
    before = theirs.files()
    remount(disk, "ro")

    verdict = theirs("verify", "--quick")
    reset = theirs("reset", "--yes")

    assert verdict.code == 3, verdict.said
    assert "1292" in verdict.said
    assert (reset.code, reset.out) == (1, "")
    assert str(disk / "shop") in reset.err
    assert "cannot be written: Read-only file system" in reset.err
    assert "--workspace" in reset.err
    assert theirs.files() == before
    assert "# mine" in theirs("journal", "show", "2").out
    assert_nothing_left(tutor.folder)


@pytest.mark.parametrize(
    "words", [("verify", "--quick"), ("hint",), ("reset", "--yes"), ("stack", "up")], ids=" ".join
)
def test_a_read_only_home_is_named(
    disk: Path, tutor_on_disk: Tutor, words: tuple[str, ...]
) -> None:
    """What could not be written, and how another place is chosen."""
    tutor = tutor_on_disk
    tutor.add_to("catalog/views.py", "\n# mine\n")
    before = tutor.files()
    remount(disk, "ro")

    done = tutor(*words)

    assert done.code == 1, done.said
    assert str(tutor.home) in done.said
    assert "Read-only file system" in done.said
    assert "LEVELUP_HOME" in done.said
    assert "Traceback" not in done.said
    assert tutor.files() == before
    assert_nothing_left(tutor.folder)


def test_a_read_only_home_can_be_looked_at(disk: Path, tutor_on_disk: Tutor) -> None:
    """What only reads goes on working."""
    remount(disk, "ro")

    done = [tutor_on_disk(word) for word in ("levels", "diff", "journal", "show", "doctor")]

    assert [one.code for one in done[:4]] == [0, 0, 0, 0]
    assert done[4].code == 1
    assert "cannot be written" in done[4].said


def test_a_home_that_is_a_file_is_named(cold_tutor: Tutor) -> None:
    """LEVELUP_HOME may be anything a hand can type."""
    file = cold_tutor.folder / "file"
    file.touch()

    done = cold_tutor("verify", "--quick", env={"LEVELUP_HOME": str(file)})

    assert done.code == 1, done.said
    assert str(file) in done.said
    assert "LEVELUP_HOME" in done.said
    assert "Traceback" not in done.said


def test_a_disk_too_small_to_begin_with_is_refused_at_once(
    small_disk: Path, cold_tutor: Tutor
) -> None:
    """Before anything is made: how much is left, how much is needed."""
    env = {"LEVELUP_HOME": str(small_disk / "home")}

    done = cold_tutor("verify", "--quick", env=env)

    assert done.code == 1, done.said
    assert "The disk is full" in done.said
    assert "MB are needed" in done.said
    assert str(small_disk) in done.said
    assert not list(small_disk.rglob("PG_VERSION"))
    assert_nothing_left(cold_tutor.folder)


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        pytest.param("postgres/data/PG_VERSION", 0, id="initdb"),
        pytest.param("postgres/data/PG_VERSION", 30, id="initdb, 30 MB left"),
        pytest.param("logs/seed.log", 0, id="seed"),
    ],
)
def test_a_disk_that_fills_while_the_data_are_made_is_named(
    disk: Path, tutor_on_disk: Tutor, moment: str, left: int
) -> None:
    """It is the disk, not PostgreSQL, that is blamed; with room again all is made anew.

    With some megabytes left there is more room after the failure than the check asks for.
    """
    tutor = tutor_on_disk
    forget(tutor.stack_folder)
    before = tutor.files()

    with tutor.running("verify", "--quick") as run:
        there = tutor.stack_folder / moment
        assert wait_until(there.exists, timeout=PATIENCE)
        fill_disk(disk, leave=left * MEGABYTE)
        code = run.end()
        assert_nothing_left(tutor.folder, ports=run.ports)

    assert code == 1, run.said
    assert "The disk is full" in run.said
    assert "Traceback" not in run.said
    assert tutor.files() == before
    (disk / "ballast").unlink()
    again = tutor("verify", "--quick")
    assert again.code == 3, again.said
    assert "1292" in again.said
    assert tutor.outcomes()[0] == "not_yet"
    assert databases_left(tutor) == 0


@pytest.mark.load
def test_a_disk_that_fills_before_the_journal_is_written_is_named(
    disk: Path, tutor_on_disk: Tutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Progress and journal are as they were, whole, and the next run is remembered again."""
    from tests.own_level import SLUG, write_level

    tutor = tutor_on_disk
    level = write_level(tutor.folder / "pack", rest_in="settle")
    tutor.env["LEVELUP_LEVELS"] = str(tutor.folder / "pack")
    monkeypatch.setenv("LEVELUP_LEVELS", str(tutor.folder / "pack"))
    tutor.enter(SLUG, "fixed")
    kept = tutor("journal", "--json").document
    progress = (tutor.home / "progress.json").read_bytes()

    with tutor.running("verify") as run:
        run.wait_for(RESTING)
        fill_disk(disk)
        (level / "rest_in_settle").unlink()
        code = run.end()
        assert_nothing_left(tutor.folder, ports=run.ports)

    assert code == 1, run.said
    assert "The disk is full" in run.said
    assert "Traceback" not in run.said
    assert (tutor.home / "progress.json").read_bytes() == progress
    (disk / "ballast").unlink()
    assert tutor("journal", "--json").document[-len(kept) :] == kept
    assert tutor("verify").code == 0
    assert tutor.outcomes()[0] == "won"


@pytest.mark.parametrize("words", [("hint",), ("reset", "--yes")], ids=" ".join)
def test_a_full_disk_loses_nothing(
    disk: Path, tutor_on_disk: Tutor, words: tuple[str, ...]
) -> None:
    """What cannot be kept first is not done."""
    tutor = tutor_on_disk
    tutor.add_to("catalog/views.py", "\n# mine\n")
    before = tutor.files()
    fill_disk(disk)

    done = tutor(*words)

    assert (done.code, done.out) == (1, "")
    assert "The disk is full" in done.err
    assert "Free some space" in done.err
    assert tutor.files() == before


def test_a_port_that_is_taken_is_named_with_its_holder(tutor: Tutor) -> None:
    """The port, who has it, and what to do; the shop comes up once it is free."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        tutor.add_to("stack.toml", f"port = {port}\n")
        done = tutor("stack", "up")

    assert done.code == 1, done.said
    assert f"Port {port}, which stack.toml gives to gunicorn, cannot be used" in done.err
    assert f"process {os.getpid()}" in done.err
    assert "remove `port`" in done.err
    assert_nothing_left(tutor.folder)
    with tutor.running("stack", "up") as up:
        assert f"127.0.0.1:{port}/" in up.wait_for("Ctrl-C")


def test_a_fixed_port_is_no_matter_for_a_verdict(tutor: Tutor) -> None:
    """A run takes free ports of its own, so it works while the shop is being looked at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        tutor.add_to("stack.toml", f"port = {taken.getsockname()[1]}\n")
        done = tutor("verify", "--quick")

    assert done.code == 3, done.said
    assert "1292" in done.said


def test_the_level_may_lie_anywhere(tutor: Tutor, own_level: OwnLevel) -> None:
    """A workspace whose name has spaces and letters of any language is as good as another."""
    own_level()
    odd = Tutor(tutor.folder, tutor.home, tutor.folder / "la tienda de Íñigo 🧘")
    odd.env |= {"LEVELUP_LEVELS": tutor.env["LEVELUP_LEVELS"]}
    odd.enter("own", "fixed")

    done = odd("verify", "--quick")

    assert done.code == 0, done.said
    assert_nothing_left(tutor.folder)
