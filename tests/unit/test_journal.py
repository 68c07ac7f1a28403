"""The journal keeps every state of the files, once, whoever writes beside us."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import fill_disk
from tutor.base.damage import news
from tutor.base.errors import ExitCode, TutorError, UsageError
from tutor.learner.journal import Entry, Journal, diff

FILES = {"a.py": b"a = 1\n", "b/c.html": b"<p>\n"}
WORKSPACE = Path("/somewhere/bettys_shop")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """An empty journal."""
    return Journal(tmp_path / "journal")


def keep(journal: Journal, files: dict[str, bytes] = FILES, **fields: str) -> Entry:
    """Keep *files* as a state of level 1."""
    words = {"level": "01_n_plus_one", "reason": "reset", **fields}
    return journal.keep(files, workspace=WORKSPACE, **words)


def objects(journal: Journal) -> list[Path]:
    """Return the contents that are stored."""
    return [path for path in (journal.folder / "objects").rglob("*") if path.is_file()]


def test_what_was_kept_comes_back(journal: Journal) -> None:
    """Every file returns byte for byte, also to another process."""
    kept = keep(journal, {**FILES, "blob": bytes(range(256))})

    found = Journal(journal.folder).entry(kept.number)

    assert found == kept
    assert Journal(journal.folder).contents(found) == {**FILES, "blob": bytes(range(256))}


def test_the_same_content_is_stored_once(journal: Journal) -> None:
    """A hundred states of the same shop take the room of one."""
    keep(journal, {"a": b"same", "b": b"same"})
    keep(journal, {"a": b"same", "b": b"other"})

    assert len(objects(journal)) == 2


def test_entries_are_newest_first_and_can_be_chosen(journal: Journal) -> None:
    """By level and by workspace."""
    keep(journal)
    keep(journal, level="02_one_server")
    keep(journal, reason="run")

    assert [entry.number for entry in journal.entries()] == [3, 2, 1]
    assert [entry.number for entry in journal.entries(level="01_n_plus_one")] == [3, 1]
    assert not list(journal.entries(workspace=Path("/elsewhere")))


def test_the_latest_of_a_level_is_the_learner_s_own(journal: Journal) -> None:
    """A run of the reference answer is no state of the learner's files."""
    mine = keep(journal)
    keep(journal, {"a.py": b"reference"}, variant="fixed", reason="run")

    assert journal.latest("01_n_plus_one", WORKSPACE) == mine
    assert journal.latest("02_one_server", WORKSPACE) is None
    assert journal.latest("01_n_plus_one", Path("/elsewhere")) is None


def test_two_tutors_at_once_take_different_numbers(journal: Journal) -> None:
    """No entry is written over by another process."""
    code = (
        "import sys; from pathlib import Path; from tutor.learner.journal import Journal\n"
        "journal = Journal(Path(sys.argv[1]))\n"
        "for n in range(40): journal.keep({'file': f'{sys.argv[2]} {n}'.encode()},"
        " level='l', reason='run', workspace=Path('/w'))"
    )

    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(journal.folder), name])
        for name in ("first", "second")
    ]
    assert [process.wait(60) for process in processes] == [0, 0]

    entries = list(journal.entries())
    assert [entry.number for entry in entries] == list(range(80, 0, -1))
    contents = {journal.contents(entry)["file"] for entry in entries}
    assert contents == {f"{name} {n}".encode() for name in ("first", "second") for n in range(40)}


def test_an_unknown_entry_says_which_there_are(journal: Journal) -> None:
    """An error of usage, with the range; an empty journal says that it is empty."""
    with pytest.raises(UsageError, match="no entry 7") as caught:
        journal.entry(7)
    assert "empty" in caught.value.hint
    assert caught.value.exit_code == ExitCode.USAGE

    keep(journal)
    with pytest.raises(UsageError, match="no entry 7") as caught:
        journal.entry(7)
    assert "from 1 to 1" in caught.value.hint


def test_a_damaged_entry_harms_no_other(journal: Journal) -> None:
    """It is set aside and named; the others are read as before."""
    first, second = keep(journal), keep(journal)
    path = journal.folder / f"{second.number:06}.json"
    path.write_text("{")
    news()

    with pytest.raises(TutorError, match=r"000002\.json cannot be read"):
        journal.entry(second.number)

    assert [entry.number for entry in journal.entries()] == [first.number]
    assert journal.contents(journal.entry(first.number)) == FILES
    assert [told.said["path"] for told in news()] == [str(path)]
    assert path.with_name(f"{path.name}.damaged").read_text() == "{"


def test_a_lost_content_is_explained(journal: Journal) -> None:
    """An entry that is incomplete restores nothing rather than half."""
    kept = keep(journal)
    objects(journal)[0].unlink()

    with pytest.raises(TutorError, match="Journal entry 1 is incomplete"):
        journal.contents(kept)


def test_a_full_disk_makes_no_entry(small_disk: Path) -> None:
    """The caller is told before anything is overwritten; the entries before stay whole."""
    journal = Journal(small_disk / "journal")
    kept = keep(journal)
    fill_disk(small_disk)

    with pytest.raises(TutorError, match="The disk is full"):
        keep(journal, {"a.py": b"x" * 100_000})

    assert list(journal.entries()) == [kept]
    assert journal.contents(kept) == FILES


def test_reset_on_a_full_disk_loses_no_edit(session, small_disk, monkeypatch) -> None:
    """What cannot be kept first is not replaced."""
    session.journal.folder = small_disk / "journal"
    session.enter(session.levels[0])
    edited = session.workspace.folder / "catalog" / "views.py"
    edited.write_text("mine = 'a long evening'\n" * 5_000)
    fill_disk(small_disk)

    with pytest.raises(TutorError, match="The disk is full"):
        session.reset()

    assert edited.read_text() == "mine = 'a long evening'\n" * 5_000


def test_reset_and_restore_lose_no_edit(session) -> None:
    """Both keep what was there, and the journal brings it back."""
    session.enter(session.levels[0])
    edited = session.workspace.folder / "catalog" / "views.py"
    edited.write_text("mine = 1\n")

    kept = session.reset()
    assert edited.read_text() != "mine = 1\n"
    undone = session.restore(kept)
    assert edited.read_text() == "mine = 1\n"
    session.restore(undone)
    assert edited.read_text() != "mine = 1\n"


def test_a_diff_shows_what_changed() -> None:
    """New, lost and changed files; a file without a last line feed stays readable."""
    text = diff({"a": b"1\n2\n", "gone": b"x\n"}, {"a": b"1\n3", "new": b"y\n"})

    assert "--- a/a\n+++ b/a\n" in text
    assert "-2\n+3\n" in text
    assert "--- a/gone\n+++ /dev/null\n" in text
    assert "--- /dev/null\n+++ b/new\n" in text
    assert diff(FILES, FILES) == ""


def test_a_diff_does_not_print_binary_files() -> None:
    """It says that they differ."""
    assert diff({"i.png": b"\0a"}, {"i.png": b"\0b"}) == "Binary file i.png differs\n"
