"""Progress survives everything: a kill, a full disk, two tutors at once, an older version."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers import fill_disk
from tutor.base.damage import news
from tutor.base.errors import TutorError
from tutor.judge import Medal
from tutor.learner.progress import MIGRATIONS, SCHEMA, Progress, ProgressFile

SLUG = "01_n_plus_one"
WRITER = """
import sys
from pathlib import Path
from tutor.learner.progress import ProgressFile
file = ProgressFile(Path(sys.argv[1]))
print("ready", flush=True)
for n in range(int(sys.argv[2])):
    with file.change() as progress:
        progress.of("01_n_plus_one").attempts += 1
        progress.of("01_n_plus_one").best = {"padding": "x" * 20_000}
"""


@pytest.fixture
def file(tmp_path: Path) -> ProgressFile:
    """Progress that was never saved."""
    return ProgressFile(tmp_path / "progress.json")


def writer(file: ProgressFile, times: int) -> subprocess.Popen[bytes]:
    """Return a process that counts *times* attempts."""
    command = [sys.executable, "-c", WRITER, str(file.path), str(times)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def test_the_first_start_knows_nothing(file: ProgressFile) -> None:
    """Without a file there is a fresh start, and reading makes no file."""
    assert file.read() == Progress()
    assert not file.path.exists()


def test_a_change_is_there_at_the_next_start(file: ProgressFile) -> None:
    """What was changed is read back whole."""
    with file.change() as progress:
        progress.current, progress.language = SLUG, "es"
        progress.of(SLUG).hints_taken = [0, 2]
        progress.record_win(SLUG, Medal.SILVER, {"queries": 13})

    again = ProgressFile(file.path).read()
    assert (again.current, again.language, again.of(SLUG).hints) == (SLUG, "es", 2)
    assert (again.of(SLUG).medal, again.of(SLUG).best) == ("silver", {"queries": 13})


def test_a_change_that_fails_halfway_is_not_saved(file: ProgressFile) -> None:
    """All of a change is saved, or nothing of it."""
    with file.change() as progress:
        progress.current = "before"

    with pytest.raises(KeyboardInterrupt), file.change() as progress:  # noqa: PT012 - both lines
        progress.current = "after"
        raise KeyboardInterrupt

    assert file.read().current == "before"


def test_kill_in_the_middle_of_many_writes_corrupts_nothing(file: ProgressFile) -> None:
    """Whenever `kill -9` strikes, the file is whole and no attempt that was seen is lost."""
    last = 0
    for _ in range(8):
        process = writer(file, 10_000)
        with process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(random.uniform(0.01, 0.1))  # no condition: any moment must do
            seen = file.read().of(SLUG).attempts
            process.send_signal(signal.SIGKILL)
        now = file.read().of(SLUG).attempts
        assert now >= seen >= last
        last = now

    assert last > 0


def test_two_tutors_at_once_lose_no_change(file: ProgressFile) -> None:
    """Changes of two processes follow one another."""
    with writer(file, 60) as first, writer(file, 60) as second:
        assert first.wait(60) == second.wait(60) == 0

    assert file.read().of(SLUG).attempts == 120


def test_a_full_disk_keeps_what_was_saved(small_disk: Path) -> None:
    """The change is refused by name; the file is as it was."""
    file = ProgressFile(small_disk / "progress.json")
    with file.change() as progress:
        progress.record_win(SLUG, Medal.BRONZE, {})
    fill_disk(small_disk)

    with pytest.raises(TutorError, match="The disk is full"), file.change() as progress:
        progress.of(SLUG).best = {"padding": "x" * 100_000}

    assert file.read().of(SLUG).medal == "bronze"


OLDER = {
    "schema": 1,
    "current": "02_one_server",
    "language": "es",
    "theme": "",
    "levels": {
        "01_n_plus_one": {
            "attempts": 3,
            "hints": 2,
            "answer_seen": True,
            "medal": "silver",
            "won_at": 1763776000.0,
            "best": {"queries": 5},
        },
        "02_one_server": {"attempts": 1, "hints_taken": [1, 0], "diagnosis": "cpu"},
    },
}
"""As the first versions wrote it: of two minds about hints."""


def test_progress_of_an_older_version_is_kept(file: ProgressFile) -> None:
    """Medals, attempts and hints come along; what it had written stays aside."""
    older = json.dumps(OLDER)
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_text(older)

    with file.change() as progress:
        progress.theme = "dark"

    kept = file.read()
    first, second = kept.of("01_n_plus_one"), kept.of("02_one_server")
    assert (first.medal, first.attempts, first.hints_taken) == ("silver", 3, [0, 1])
    assert (first.answer_seen, first.won_at, first.best["queries"]) == (True, 1763776000.0, 5)
    assert (second.attempts, second.hints_taken, second.diagnosis) == (1, [1, 0], "cpu")
    assert (kept.current, kept.language, kept.theme) == ("02_one_server", "es", "dark")
    assert json.loads(file.path.read_text())["schema"] == SCHEMA
    assert file.path.with_suffix(".schema-1.json").read_text() == older


def test_every_older_schema_leads_to_this_one() -> None:
    """Nobody is too old to upgrade."""
    assert set(MIGRATIONS) == set(range(1, SCHEMA))


def test_progress_of_a_newer_version_is_refused_and_left_alone(file: ProgressFile) -> None:
    """An older tutor must not write over what it does not understand."""
    text = json.dumps({"schema": SCHEMA + 1, "levels": {}, "constellation": "lyra"})
    file.path.write_text(text)

    with pytest.raises(TutorError, match="newer version"), file.change():
        pytest.fail("the block must not run")

    assert file.path.read_text() == text


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '"x"', '{"schema": 1}', '{"schema": 1, "levels": {"a": {"odd": 1}}}'],
)
def test_damaged_progress_is_set_aside_and_named(file: ProgressFile, text: str) -> None:
    """The game begins anew; what was there stays, under another name that the learner is told."""
    file.path.write_text(text)
    news()

    assert file.read() == Progress()
    (told,) = news()
    aside = file.path.with_name("progress.json.damaged")
    assert aside.read_text() == text
    assert str(file.path) in told.message
    assert str(aside) in told.message
    with file.change() as progress:
        progress.theme = "dark"
    assert file.read().theme == "dark"


def test_a_worse_win_does_not_replace_a_better_one() -> None:
    """The best medal and its numbers are kept; an equal one changes nothing."""
    progress = Progress()

    progress.record_win(SLUG, Medal.SILVER, {"queries": 13})
    progress.record_win(SLUG, Medal.BRONZE, {"queries": 200})
    progress.record_win(SLUG, Medal.SILVER, {"queries": 39})
    assert (progress.of(SLUG).medal, progress.of(SLUG).best) == ("silver", {"queries": 13})

    progress.record_win(SLUG, Medal.GOLD, {"queries": 1})
    assert (progress.of(SLUG).medal, progress.of(SLUG).best) == ("gold", {"queries": 1})


def test_no_gold_after_the_answer_was_seen() -> None:
    """Who asked for the reference answer first wins silver with it; bronze stays bronze."""
    progress = Progress()
    progress.of(SLUG).answer_seen = True

    progress.record_win(SLUG, Medal.BRONZE, {})
    assert progress.of(SLUG).medal == "bronze"
    progress.record_win(SLUG, Medal.GOLD, {})
    assert progress.of(SLUG).medal == "silver"


def test_the_answer_seen_after_the_win_costs_nothing(session, home: Path) -> None:
    """Looking at the answer after a win is learning: gold stays within reach."""
    level = session.levels[0]
    with session.progress_file.change() as progress:
        progress.record_win(level.slug, Medal.BRONZE, {})

    session.see_answer(level)

    with session.progress_file.change() as progress:
        progress.record_win(level.slug, Medal.GOLD, {})
    assert session.level_progress(level).medal == "gold"


def test_the_answer_seen_before_the_win_is_remembered(session, home: Path) -> None:
    """A new start does not forget it."""
    level = session.levels[0]

    session.see_answer(level)

    assert ProgressFile().read().of(level.slug).answer_seen
