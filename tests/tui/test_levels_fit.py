"""What every level says has room in 80 columns and 24 rows, in both languages."""

import time
from itertools import product

import pytest
from textual.app import App, ComposeResult
from textual.content import Content

from tutor.catalogue import LANGUAGES
from tutor.curriculum import Level, load_levels
from tutor.curriculum.level import VARIANTS
from tutor.curriculum.story import Diagram, Paragraph
from tutor.events import LoadStarted, RunAwaited, StepStarted
from tutor.learner.desk import Desk
from tutor.learner.workspace import Workspace
from tutor.run.runlock import Holder
from tutor.tui.board import Board
from tutor.tui.story import inline, read_story
from tutor.tui.widgets.run_bar import PHASES, QUICK_PHASES, RunBar
from tutor.tui.workbench.model import WorkModel
from tutor.tui.workbench.sentences import shop_line
from tutor.tui.workbench.shop import BESIDE
from tutor.views.syntax import SyntaxProblem
from tutor.words.texts import Texts

LEVELS = load_levels()
LARGE = {"users": 120, "seconds": 30, "rate": 12.5, "readers": 20}
"""What steps are told of, as large as it gets."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_level_and_shop_fit_in_the_heading(level: Level, language: str, tmp_path: object) -> None:
    """Whichever shop is up: number, title, medal, and an address that can be typed."""
    texts = Texts(language)
    model = WorkModel(level, Desk(Workspace(tmp_path), level))  # type: ignore[arg-type]
    title = f"{level.number}  {level.title[language]}"
    for variant in VARIANTS:
        model.shop.variant = variant
        model.shop.url = f"http://127.0.0.1:41234{level.page}"
        line = shop_line(model, texts, 80 - len(title) - BESIDE)

        assert len(title) + BESIDE + len(line) <= 80, line
        assert "127.0.0.1:41234" in line
        assert texts(f"variant.{variant}") in line


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_step_of_a_run_fits_in_the_run_bar(language: str) -> None:
    """Whole, beside how the goals stand; and so do the phases with both clocks."""
    texts = Texts(language)

    class Bar(App[None]):
        CSS = "RunBar { height: 3; }"

        def compose(self) -> ComposeResult:
            yield RunBar()

    async with Bar().run_test(size=(80, 24)) as pilot:
        bar = pilot.app.query_one(RunBar)
        for level in LEVELS:
            board = Board(level)
            board.begin(quick=False)
            board.began -= 300
            board.apply(LoadStarted(12, 60))
            board.phase = PHASES[2]
            for step in level.steps:
                board.step = StepStarted(step, LARGE)
                goals = bar._goals(board).plain
                lines = bar._step(board, texts).plain.split("\n")
                whole = texts.step(level, step, LARGE)

                assert max(map(len, lines)) <= bar.content_size.width
                assert lines[0].endswith(goals)
                said = [lines[0].removesuffix(goals), *lines[1:]]
                assert " ".join(line.strip() for line in said) == whole
            assert len(bar._phases(board, texts).plain) <= bar.content_size.width


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [60, 80, 100, 120, 140])
async def test_both_clocks_are_whole_however_long_a_run_takes(width: int, language: str) -> None:
    """Beside the phase that is on, in every phase: hours too, in any width."""
    texts = Texts(language)

    class Bar(App[None]):
        def compose(self) -> ComposeResult:
            yield RunBar()

    async with Bar().run_test(size=(width, 24)) as pilot:
        bar = pilot.app.query_one(RunBar)
        for quick, names in ((False, PHASES), (True, QUICK_PHASES)):
            for phase, seconds in product(names, (9, 99, 199, 9999)):
                board = Board(LEVELS[0])
                board.begin(quick=quick)
                board.began -= seconds
                board.load_ends = time.monotonic() + seconds
                board.phase = phase
                line = bar._phases(board, texts).plain

                assert len(line) <= bar.content_size.width, line
                assert texts(f"phase.{phase}") in line
                assert line.endswith(texts("tui.run.left", seconds=board.seconds_left))
                assert f" {texts('tui.run.elapsed', seconds=board.elapsed)} " in line


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
async def test_what_the_bar_says_of_others_is_whole(width: int, language: str) -> None:
    """Who is waited for, who else measures, what cannot be read: as many lines as it takes."""
    texts = Texts(language)
    command = "tutor verify 12_cyber_monday --variant broken --workspace /home/betty/bettys_shop"

    class Bar(App[None]):
        def compose(self) -> ComposeResult:
            yield RunBar()

    def waiting(board: Board) -> None:
        board.begin(quick=False)
        board.apply(RunAwaited(4711, command, 1.7e9))

    def beside(board: Board) -> None:
        board.elsewhere = Holder(4711, command, 1.7e9)

    def unreadable(board: Board) -> None:
        board.unreadable = ("catalog/views.py", SyntaxProblem(120, 1, "expected a colon " * 9))

    async with Bar().run_test(size=(width, 24)) as pilot:
        bar = pilot.app.query_one(RunBar)
        for change in (waiting, beside, unreadable):
            board = Board(LEVELS[0])
            change(board)
            bar.show(board, texts)
            await pilot.pause()
            lines = bar._step(board, texts).plain.split("\n")

            assert max(map(len, lines)) <= bar.content_size.width
            assert len(lines) <= bar.query_one("#step").size.height


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_what_is_said_in_the_story_fits_in_its_box(level: Level, language: str) -> None:
    """Eight lines beside the portrait; above them a picture of the stack of nine."""
    scenes = [
        *read_story(level.text("story", language)),
        *read_story(level.text("scenes", language)),
    ]
    for block in (block for scene in scenes for block in scene.blocks):
        if isinstance(block, Paragraph):
            assert len(inline(block.text).wrap(58)) <= 8, block.text
        elif isinstance(block, Diagram) and block.kind == "stack":
            lines = block.text.split("\n")
            assert len(lines) <= 9
            assert max(map(len, lines)) <= 76


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_the_diagnosis_is_asked_on_one_screen(level: Level, language: str) -> None:
    """Question, choices and what to press, within the box of a dialog; and below the briefing."""
    asked, texts = level.diagnosis, Texts(language)
    if asked is None:
        pytest.skip("asks for none")
    said = [asked.question[language], texts("tui.diagnosis.how")]
    choices = [f"○ {text[language]}" for text in asked.choices.values()]
    lines = [len(Content(one).wrap(66)) for one in said] + [
        len(Content(c).wrap(64)) for c in choices
    ]

    assert sum(lines) + 6 <= 21
    assert len(Content(texts("tui.diagnosis.ask", question=said[0])).wrap(76)) <= 3
