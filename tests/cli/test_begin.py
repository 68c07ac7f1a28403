"""`tutor begin`: a level from the shell, and what is said where one is not begun."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.real import Tutor
from tutor.cli.group import cli
from tutor.learner.session import Session
from tutor.learner.workspace import Workspace

SECOND = "02_one_server"


def test_a_level_begins_and_what_was_there_comes_back(cold_tutor: Tutor) -> None:
    """Asked first where there is work; kept in the journal; as it was left, whoever returns."""
    cold_tutor.add_to("catalog/views.py", "\n# an hour of work\n")
    mine = cold_tutor.files()

    nobody = cold_tutor("begin", "2")
    untouched = cold_tutor.files()
    moved = cold_tutor("begin", "2", stdin="y\n")
    level = Workspace(cold_tutor.workspace).level
    back = cold_tutor("begin", "1")

    assert (nobody.code, nobody.out) == (130, "")
    assert "Leave level 1, The chatty front page?" in nobody.err
    assert untouched == mine
    assert (moved.code, level) == (0, SECOND)
    assert f"Level 2, One server, is in {cold_tutor.workspace}." in moved.out
    assert "`tutor journal restore 1`" in moved.out
    assert back.code == 0
    assert "as you left it" in back.out
    assert {**cold_tutor.files(), ".levelup.json": b""} == {**mine, ".levelup.json": b""}


def run(folder: Path, *words: str) -> tuple[int, str, str]:
    """Return code, output and errors of a command for the workspace *folder*."""
    done = CliRunner().invoke(cli, [*words, "--workspace", str(folder)])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def at_first(session: Session) -> Session:
    """A learner at level 1."""
    session.enter(session.levels[0])
    return session


def test_a_level_that_is_here_already_stays_as_it_is(at_first: Session) -> None:
    """Nothing to keep, nothing to ask."""
    code, told, _ = run(at_first.workspace.folder, "begin", "chatty_nothing", "--lang", "en")
    same = run(at_first.workspace.folder, "begin", "1")

    assert (code, told) == (2, "")
    assert same[0] == 0
    assert "already. `tutor reset` begins it anew." in same[1]
    assert list(at_first.journal.entries()) == []


@pytest.mark.parametrize(
    "words",
    [("verify", "2"), ("verify", "2", "--quick"), ("hint", "2"), ("diagnose", "2", "cpu")],
    ids=" ".join,
)
def test_who_wants_a_level_that_is_not_begun_is_offered_it(
    at_first: Session, words: tuple[str, ...]
) -> None:
    """By its number; nothing is counted or noted."""
    code, out, err = run(at_first.workspace.folder, *words)

    assert (code, out) == (2, "")
    assert "`tutor begin 2`" in err
    assert at_first.progress.of(SECOND).hints == 0
    assert at_first.progress.of(SECOND).diagnosis == ""


@pytest.mark.parametrize("words", [("show", "2"), ("diagnose", "2")], ids=" ".join)
def test_who_only_reads_is_told_what_is_asked_and_how_to_begin(
    at_first: Session, words: tuple[str, ...]
) -> None:
    """The offer stands beside the text, not in it."""
    code, out, err = run(at_first.workspace.folder, *words)
    begun = run(at_first.workspace.folder, words[0], "1")

    assert code == begun[0] == 0
    assert len(out) > 100
    assert "`tutor begin 2`" in err
    assert begun[2] == ""


def test_without_a_workspace_the_level_that_is_wanted_is_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the folder is missing, and where it is empty; a full one is left alone."""
    # Whose language it is told in must not be that of whoever runs the tests.
    monkeypatch.setenv("LEVELUP_HOME", str(tmp_path / "home"))
    empty, full = tmp_path / "empty", tmp_path / "full"
    empty.mkdir()
    full.mkdir()
    (full / "thesis.txt").touch()

    for folder in (tmp_path / "nowhere", empty):
        code, _, err = run(folder, "verify", "7", "--quick")
        assert code == 2
        assert "`tutor begin 7` begins level 7 there" in err
    for words in (("diff",), ("begin", "7")):
        code, _, err = run(full, *words)
        assert code == 2
        assert "Choose an empty or a new folder" in err


def test_inside_the_workspace_nobody_has_to_name_it(
    at_first: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Editors and assistants open that folder; one that is named still counts."""
    monkeypatch.delenv("LEVELUP_WORKSPACE", raising=False)
    monkeypatch.chdir(at_first.workspace.folder)

    inside = CliRunner().invoke(cli, ["diff"])
    elsewhere = CliRunner().invoke(cli, ["diff", "--workspace", "bettys_shop"])

    assert inside.exit_code == 0
    assert "still as the level began" in inside.stderr
    assert elsewhere.exit_code == 2
