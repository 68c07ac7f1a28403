"""Whatever became of our files, the game goes on: what is damaged is set aside and named."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.played import LOST, REPEATS, finish
from tutor.base.damage import news
from tutor.base.errors import TutorError
from tutor.curriculum import load_levels
from tutor.learner.certificate import certificates_of
from tutor.learner.journal import Journal
from tutor.learner.progress import Progress, ProgressFile
from tutor.learner.session import Session
from tutor.report import write_report
from tutor.words.texts import Texts

LEVEL = load_levels()[0]
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner, max_size=2)
    ),
    max_leaves=4,
)
often = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def played(session: Session) -> Session:
    """A learner with a lost run, a diagnosis and a hint."""
    session.enter(LEVEL)
    session.diagnose(LEVEL, "disk")
    finish(session, LEVEL, LOST, REPEATS)
    session.take_hint(LEVEL)
    news()
    return session


def use(session: Session) -> None:
    """Do what a learner does: look at everything, go elsewhere, come back, play on."""
    again = Session(session.workspace.folder)
    texts = Texts("es")
    for reached in certificates_of(again):
        reached.to_json(texts)
    write_report(again, texts, session.workspace.folder.parent / "report.html")
    again.history.first_measures(LEVEL)
    again.hints_taken(LEVEL)
    again.enter(again.levels[1])
    again.enter(LEVEL)
    finish(again, LEVEL, LOST)
    assert again.level_progress(LEVEL).attempts >= 1


def entries(session: Session) -> list[Path]:
    """Return the files of the journal's entries, the oldest first."""
    return sorted(session.journal.folder.glob("*.json"))


@pytest.mark.parametrize("sample", range(12))
def test_truncated_files_are_set_aside_and_the_rest_is_used(played: Session, sample: int) -> None:
    """Progress and the newest entry end at any byte."""
    for path in (played.progress_file.path, entries(played)[-1]):
        data = path.read_bytes()
        path.write_bytes(data[: len(data) * sample // 12])

    use(played)

    told = news()
    assert len(told) == 2
    for language in ("en", "es"):
        for one in told:
            message, hint = Texts(language).error(one)
            assert str(one.said["aside"]) in message
            assert hint
    assert all(Path(str(one.said["aside"])).is_file() for one in told)


@given(data=st.data())
@often
def test_progress_of_any_json_is_read_or_set_aside(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Fields of another kind, fields too many, no table at all."""
    sound: dict[str, Any] = {
        "schema": 2,
        "current": LEVEL.slug,
        "levels": {LEVEL.slug: {"attempts": 2, "medal": "gold", "best": {"queries": 1}}},
    }
    mine = sound["levels"][LEVEL.slug]
    place = data.draw(st.sampled_from([sound, mine]))
    fields = [*sound, "language", "theme", "motion", "paced"] if place is sound else [
        "attempts", "hints_taken", "answer_seen", "diagnosis", "prediction", "medal", "won_at", "best"
    ]  # fmt: skip
    place[data.draw(st.sampled_from(fields) | st.text(max_size=5))] = data.draw(values)
    file = ProgressFile(tmp_path_factory.mktemp("home") / "progress.json")
    file.path.write_text(json.dumps(data.draw(st.sampled_from([sound]) | values)))

    try:
        progress = file.read()
    except TutorError:
        assert json.loads(file.path.read_text())["schema"] > 2
        return
    again = progress.of(LEVEL.slug)

    assert again.hints >= 0
    assert sorted(again.hints_taken) is not None
    assert again.attempts + 1
    assert again.won_at >= 0 or again.won_at < 0
    with file.change() as changed:
        changed.of(LEVEL.slug).attempts += 1
    assert file.read().of(LEVEL.slug).attempts == again.attempts + 1


@given(data=st.data())
@often
def test_an_entry_of_any_json_is_read_or_set_aside(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A name that leads out of the folder, a digest that is none, a run of another kind."""
    journal = Journal(tmp_path_factory.mktemp("journal"))
    first, second = (
        journal.keep({"a.py": b"1"}, level=LEVEL.slug, reason="reset", workspace=Path("/shop"))
        for _ in range(2)
    )
    path = journal.folder / f"{second.number:06}.json"
    kept = json.loads(path.read_text())
    foreign = {"../../x": "a" * 64, "/x": "a" * 64, "x": "../../../x"}
    kept[data.draw(st.sampled_from([*kept]) | st.text(max_size=5))] = data.draw(
        values | st.sampled_from([{name: one} for name, one in foreign.items()])
    )
    path.write_text(json.dumps(data.draw(st.sampled_from([kept]) | values)))

    found = list(journal.entries())

    assert found[-1].number == first.number
    assert journal.latest(LEVEL.slug, Path("/shop")) is not None
    for entry in found:
        assert entry.outcome in ("", "won", "not_yet", "cannot_tell", "our_fault")
        assert not any(".." in name or name.startswith("/") for name in entry.files)
    third = journal.keep({}, level=LEVEL.slug, reason="reset", workspace=Path("/shop"))
    assert journal.entry(third.number) == third


def test_a_state_whose_content_was_damaged_is_passed_over(played: Session) -> None:
    """The newest that is whole comes back; the content is put right when it is kept again."""
    views = played.workspace.folder / "catalog/views.py"
    whole = played.journal.keep(
        played.workspace.contents(),
        level=LEVEL.slug,
        reason="run",
        workspace=played.workspace.folder,
    )
    views.write_text("# newer\n")
    newer = played.journal.keep(
        played.workspace.contents(),
        level=LEVEL.slug,
        reason="run",
        workspace=played.workspace.folder,
    )
    played.journal._object(newer.files["catalog/views.py"]).write_bytes(b"# ne")

    found = played.journal.latest(LEVEL.slug, played.workspace.folder)
    with pytest.raises(TutorError, match="incomplete"):
        played.journal.contents(newer)
    kept = played.journal.take(played.workspace.contents())

    assert found is not None
    assert found.number == whole.number
    assert kept.files["catalog/views.py"].read_bytes() == b"# newer\n"
    assert played.journal.contents(newer)["catalog/views.py"] == b"# newer\n"


READER = """
import sys
from pathlib import Path
from tutor.learner.progress import ProgressFile
file = ProgressFile(Path(sys.argv[1]))
for _ in range(20):
    with file.change() as progress:
        progress.of("01_n_plus_one").attempts += 1
    file.read()
"""


def test_two_tutors_who_meet_a_damaged_file_lose_nothing_that_is_new(tmp_path: Path) -> None:
    """One of them sets it aside; what the other has written by then stays where it is."""
    file = ProgressFile(tmp_path / "progress.json")
    file.path.write_text('{"schema": 2, "levels": ')

    command = [sys.executable, "-c", READER, str(file.path)]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60)[1] for process in both]

    assert said == ["", ""]
    assert file.read().of("01_n_plus_one").attempts == 40
    assert [p.name for p in tmp_path.glob("*.damaged*")] == ["progress.json.damaged"]


def test_a_damaged_file_on_a_disk_that_cannot_be_written_is_explained(read_only_disk: Path) -> None:
    """It is not ours to judge what else to do; nothing is lost."""
    os.system(f"mount -o remount,rw {read_only_disk}")
    file = ProgressFile(read_only_disk / "progress.json")
    file.path.write_text("{")
    os.system(f"mount -o remount,ro {read_only_disk}")

    with pytest.raises(TutorError):
        file.read()

    assert file.path.read_text() == "{"


def test_a_command_goes_on_and_names_what_was_set_aside(home: Path, tmp_path: Path) -> None:
    """On standard error, in the language of the command; what it prints is whole."""
    ProgressFile().path.parent.mkdir(parents=True)
    ProgressFile().path.write_text("{")

    done = subprocess.run(
        [sys.executable, "-m", "tutor", "levels", "--json", "--lang", "es"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )

    assert json.loads(done.stdout)
    assert "está dañado. Se ha apartado como" in done.stderr
    assert "Traceback" not in done.stderr
    assert ProgressFile().read() == Progress(language="es")
