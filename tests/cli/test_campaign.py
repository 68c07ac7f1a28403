"""Every level in one go: a line each, a table, one document, the worst exit code."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from tests.tui import fakes
from tutor.base.cancel import Cancel
from tutor.base.errors import ExitCode, TutorError
from tutor.cli.campaign import Campaign
from tutor.cli.outputs import Outputs
from tutor.curriculum import Level
from tutor.events import Event
from tutor.learner.session import Session
from tutor.words.texts import Texts

WIN, LOSE = fakes.run(fakes.GOLD), fakes.run(fakes.LOST, fakes.REPEATS)
NOISY, OURS = fakes.run(fakes.GOLD, fakes.NOISY), fakes.run({}, fakes.OURS)


def refuse(*_: object) -> Iterator[Event]:
    """A level that cannot even be composed."""
    raise TutorError("No such file.", hint="Look for it.")
    yield


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> fakes.FakeSession:
    """A learner at the first of three levels that are all like the first."""
    monkeypatch.setenv("LEVELUP_HOME", str(tmp_path / "home"))
    session = fakes.FakeSession(tmp_path / "shop")
    session.levels = [session.levels[0]] * 3
    session.enter(session.levels[0])
    return session


def verify(
    session: fakes.FakeSession, *scripts: fakes.Script, as_json: bool = False, width: int = 200
) -> tuple[ExitCode, str]:
    """Play one script per level; return the exit code and what was said."""
    left = list(scripts)

    def next_one(one: fakes.FakeSession, level: Level, quick: bool, cancel: Cancel) -> object:
        return left.pop(0)(one, level, quick, cancel)

    session.script = next_one  # type: ignore[assignment]
    out = Console(width=width, record=True, file=io.StringIO())
    outputs = Outputs(
        Texts("en"), Path(), points="1,2,3", junit_file=None, csv_file=None, on_stderr=True
    )
    campaign = Campaign(session, Texts("en"), out, outputs, quick=False)
    code = campaign.verify("mine", as_json=as_json)
    return code, out.export_text()


@pytest.mark.parametrize(
    ("scripts", "code"),
    [
        ((WIN, WIN, WIN), ExitCode.DONE),
        ((WIN, NOISY, WIN), ExitCode.CANNOT_TELL),
        ((NOISY, LOSE, WIN), ExitCode.NOT_YET),
        ((LOSE, OURS, NOISY), ExitCode.ERROR),
        ((refuse, WIN, WIN), ExitCode.ERROR),
    ],
)
def test_the_worst_level_decides(
    session: fakes.FakeSession, scripts: tuple[fakes.Script, ...], code: ExitCode
) -> None:
    """Done only where every level is won; what is ours outweighs what is not won yet."""
    assert verify(session, *scripts)[0] is code


def test_a_line_for_each_level_and_a_table_at_the_end(session: fakes.FakeSession) -> None:
    """Each level is told twice: when it is over, and beside the others with the reason."""
    _, said = verify(session, WIN, LOSE, refuse)

    lines, _, table = said.partition("\n\n")
    assert [line.split(" ")[0] for line in lines.splitlines()] == ["✔", "✘", "!"]
    assert "Won – gold" in lines
    assert "1 of 3 levels won." in table
    assert "No such file. Look for it." in table
    assert "200 times" in table


def test_one_document(session: fakes.FakeSession, capsys: pytest.CaptureFixture[str]) -> None:
    """With JSON nothing else is said."""
    code, said = verify(session, WIN, NOISY, refuse, as_json=True)

    document = json.loads(capsys.readouterr().out)
    assert said == ""
    assert document["exit_code"] == code == 1
    assert document["passed"] == 1
    assert [one["outcome"] for one in document["levels"]] == ["won", "cannot_tell", "our_fault"]
    assert document["levels"][0]["measures"]["queries"] == 1


def test_the_services_stay_up_from_level_to_level(session: fakes.FakeSession) -> None:
    """The stack is let go of once, at the end, also where the learner interrupts."""
    held = []

    def look(one: fakes.FakeSession, *rest: object) -> Iterator[Event]:
        held.append(not one.stack.released)  # type: ignore[attr-defined]
        yield from WIN(one, *rest)  # type: ignore[arg-type]

    def stop(*_: object) -> Iterator[Event]:
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        verify(session, look, look, stop)

    assert held == [True, True]
    assert session.stack.released  # type: ignore[attr-defined]


def test_levels_that_were_left_are_played_as_they_were_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A learner at level 2 has level 1 judged too; a level never begun says how to begin it."""
    monkeypatch.setenv("LEVELUP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LEVELUP_DRAFTS", "1")
    session = Session(tmp_path / "shop")
    first, second, third = session.levels[:3]
    session.enter(first)
    views = session.workspace.folder / "catalog/views.py"
    views.write_text("mine = True\n")
    session.enter(second)

    files = session.run_spec(first, "mine", kept=True).files

    assert files["catalog/views.py"].read_text() == "mine = True\n"
    assert "mine" not in views.read_text()
    assert [session.has_begun(level) for level in (first, second, third)] == [True, True, False]
