"""Brackets in names, logs and errors are shown as they are: none of them ends the game."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, settled, until
from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError
from tutor.base.paths import PACKAGE
from tutor.curriculum import Level
from tutor.events import (
    Event,
    FindingMade,
    Measured,
    PhaseStarted,
    RunFinished,
    RunStarted,
    ServiceDied,
    ServiceStarted,
    StepStarted,
)
from tutor.judge import Finding, GoalResult, Kind, Medal, Outcome, Verdict
from tutor.tui.app import TutorApp
from tutor.tui.screens.error import ErrorDialog
from tutor.tui.screens.journal import JournalScreen
from tutor.tui.screens.verdict import VerdictScreen
from tutor.tui.widgets.plain import Static

HOSTILE = ["[/b]", "[bold", "a[1]", "[@click=app.quit()]q[/]"]


def hostile(mark: str) -> fakes.Script:
    """Return a run that finds, measures and starts nothing but *mark*."""

    def script(
        session: fakes.FakeSession, level: Level, quick: bool, cancel: Cancel
    ) -> Iterator[Event]:
        yield RunStarted("r", level.slug, mark, quick)
        yield PhaseStarted(mark)
        yield StepStarted(mark, {mark: mark})
        yield ServiceStarted(mark, mark, 8001, 0.1)
        yield ServiceDied(mark, mark, -9, f"{mark}\n{mark}")
        yield Measured("queries", mark)
        params = dict.fromkeys(["statement", "file", "line", "code", "times", "others"], mark)
        findings = (
            Finding("repeats", Kind.FOUL, params),
            Finding(mark, Kind.NOTE, {mark: mark}),
            Finding("ours", Kind.OURS, {"message": mark, "hint": mark}),
        )
        for finding in findings:
            yield FindingMade(finding)
        goals = tuple(
            GoalResult(name, Medal.BRONZE, mark, mark, 3, None, False)
            for name in (mark, level.goals[0].id)
        )
        verdict = Verdict(Outcome.NOT_YET, None, goals, findings)
        yield RunFinished("r", level.slug, "mine", quick, 1.0, verdict, {"queries": mark})

    return script


def shown(pilot: Pilot[int]) -> str:
    """Return all text of the screen in front, whether there is room for it or not."""
    return "\n".join(str(widget.visual) for widget in pilot.app.screen.query(Static))


@pytest.mark.parametrize(("language", "mark"), zip(["en", "es"] * 2, HOSTILE, strict=True))
async def test_brackets_in_a_run_are_shown_on_every_screen_it_reaches(
    play: Play, mark: str, language: str
) -> None:
    """The log, the charts, the goals, the verdict, the journal."""
    async with play(hostile(mark), at="workbench", language=language) as pilot:
        await press(pilot, "v")
        await run_ended(pilot)

        assert isinstance(pilot.app.screen, VerdictScreen)
        await until(pilot, lambda: f"{mark}: {mark}={mark}" in shown(pilot))
        await press(pilot, "escape")
        for tab in "1234567":
            await press(pilot, tab)
        await press(pilot, "j")
        await settled(pilot)
        assert isinstance(pilot.app.screen, JournalScreen)


@pytest.mark.parametrize("mark", HOSTILE)
async def test_brackets_in_files_and_errors_are_shown(
    play: Play, session: fakes.FakeSession, mark: str
) -> None:
    """Names and contents of files, what cannot be read in them, servers, dialogs, toasts."""
    session.enter(session.levels[0])
    folder = session.workspace.folder
    name = f"{mark.replace('/', '-')}.py"
    (folder / name).write_text(f"x = ({mark}\n")
    plan = folder / "stack.toml"
    plan.write_text(plan.read_text().replace("server1", f"'{mark}'"))
    async with play(at="workbench") as pilot:
        app = pilot.app
        assert isinstance(app, TutorApp)
        for tab in "45672":
            await press(pilot, tab)
        app.notify(f"{mark} {name}")
        app.explain(TutorError(f"{mark} is wrong", hint=f"Try {mark}"), f"tail {mark}")
        await settled(pilot)

        assert isinstance(app.screen, ErrorDialog)
        await until(pilot, lambda: f"{mark} is wrong" in shown(pilot))


def modules() -> list[Path]:
    """Return every module of the screens."""
    return sorted((PACKAGE / "tui").rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_nobody_takes_a_text_widget_that_reads_markup(path: Path) -> None:
    """Those of the game show what they are given; its keys alone are written in markup."""
    tree = ast.parse(path.read_text())
    is_ours = path.name == "plain.py"

    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "textual.widgets" and not is_ours:
            assert not {"Static", "Label", "OptionList"} & {alias.name for alias in node.names}
        if isinstance(node, ast.Attribute) and node.attr == "from_markup":
            assert path.name == "viewing.py"
        if isinstance(node, ast.keyword) and node.arg == "markup" and not is_ours:
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith("border_title"):
            assert ast.unparse(node.value).startswith("Content"), ast.unparse(node)


def test_the_widgets_of_the_game_read_no_markup() -> None:
    """Unless somebody asks for it by name."""
    assert inspect.signature(Static.__init__).parameters["markup"].default is False
    assert str(Static("[/b]").visual) == "[/b]"
