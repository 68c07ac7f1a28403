"""Every screen opens, and its keys do what they say."""

from dataclasses import replace

import pytest
from textual.binding import Binding

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, settled, text_of
from tutor.base.errors import ShopError
from tutor.judge import Medal
from tutor.learner.certificate import SEASONS
from tutor.tui.app import TutorApp
from tutor.tui.keys import key
from tutor.tui.screens.answer import AnswerScreen
from tutor.tui.screens.certificate import CertificateScreen
from tutor.tui.screens.choice import ChoiceDialog
from tutor.tui.screens.confirm import ConfirmDialog
from tutor.tui.screens.error import ErrorDialog
from tutor.tui.screens.help import HelpScreen
from tutor.tui.screens.journal import JournalScreen
from tutor.tui.screens.lesson import LessonScreen
from tutor.tui.screens.map import MapScreen
from tutor.tui.screens.room import RoomDialog
from tutor.tui.screens.settings import SettingsDialog
from tutor.tui.screens.story import SceneScreen, StoryScreen
from tutor.tui.screens.title import TitleScreen
from tutor.tui.screens.verdict import VerdictScreen
from tutor.tui.screens.win import WinScreen
from tutor.tui.screens.workbench import Workbench
from tutor.tui.seated import SitsInRoom
from tutor.tui.themes import CONTRAST, DARK, LIGHT
from tutor.tui.workbench.registry import NAMES, TABS, VIEWS
from tutor.tui.workbench.shop import ShopLine
from tutor.words.texts import Texts

SCREENS = (
    AnswerScreen, CertificateScreen, ChoiceDialog, ConfirmDialog, ErrorDialog, HelpScreen, JournalScreen,
    LessonScreen, MapScreen, RoomDialog, SceneScreen, SettingsDialog, StoryScreen, TitleScreen, VerdictScreen,
    WinScreen, Workbench,
)  # fmt: skip


async def test_the_way_from_title_to_lesson(play: Play) -> None:
    """Title, story, workbench, verdict, lesson: each is one key away; the map lies below."""
    async with play() as pilot:
        seen = [type(pilot.app.screen)]
        for key in ("enter", "escape"):
            await press(pilot, key)
            seen.append(type(pilot.app.screen))
        await press(pilot, "v")
        await run_ended(pilot)
        seen.append(type(pilot.app.screen))
        await press(pilot, "l")
        seen.append(type(pilot.app.screen))

        assert seen == [TitleScreen, StoryScreen, Workbench, VerdictScreen, LessonScreen]
        await press(pilot, "m")
        assert isinstance(pilot.app.screen, MapScreen)
        assert "★★★ gold" in text_of(pilot)


async def test_continue_goes_back_to_the_workbench(play: Play) -> None:
    """Who was at work is at work again after one key."""
    async with play(at="workbench") as pilot:
        assert isinstance(pilot.app.screen, Workbench)


async def test_the_story_turns_its_pages(play: Play, session: fakes.FakeSession) -> None:
    """n turns the page, and after the last scene the work begins."""
    async with play() as pilot:
        await press(pilot, "m", "enter")
        assert "scene 1 of 5" in text_of(pilot)
        await press(pilot, "n", "n", "left")
        assert "scene 2 of 5" in text_of(pilot)
        await press(pilot, "n", "n", "n", "n")
        assert isinstance(pilot.app.screen, Workbench)


@pytest.mark.parametrize(("number", "name"), enumerate(NAMES, 1))
async def test_a_digit_opens_its_tab(play: Play, number: int, name: str) -> None:
    """Each tab is one digit away."""
    async with play(at="workbench") as pilot:
        await press(pilot, str(number))

        assert pilot.app.screen.query_one("#tabs").active == name  # type: ignore[attr-defined]


async def test_a_tab_opens_by_mouse(play: Play) -> None:
    """Each tab is a click away."""
    async with play(at="workbench") as pilot:
        await pilot.click("#--content-tab-goals")
        await settled(pilot)

        assert "At most 12 statements" in text_of(pilot)


async def test_hints_come_one_by_one(play: Play, session: fakes.FakeSession) -> None:
    """Each press takes one hint, and the count is shown."""
    async with play(at="workbench") as pilot:
        await press(pilot, "h")
        assert "1 of 4 hints taken" in text_of(pilot)
        await press(pilot, "h", "h", "h", "h")

        assert session.level_progress(session.levels[0]).hints == 4


async def test_the_diagnosis_is_asked_and_shown_beside_the_verdict(
    play: Play, session: fakes.FakeSession
) -> None:
    """It stands below the briefing until it is answered; after the run, what speaks against it."""
    async with play(fakes.run(fakes.LOST, fakes.REPEATS), at="workbench", size=(80, 40)) as pilot:
        assert "?  d answers" in text_of(pilot)
        await press(pilot, "d", "enter", *"4x0", "enter")
        assert "Your diagnosis: One statement that is slow · 40 statements." in text_of(pilot)
        await press(pilot, "v")
        await run_ended(pilot)

        assert isinstance(pilot.app.screen, VerdictScreen)
        said = " ".join(text_of(pilot).replace("│", " ").split())
        assert "The SQL panel shows none that takes more than" in said
        assert "The measurement says: Very many statements, each of them quick." in said


async def test_the_diagnosis_can_be_left_open(play: Play, session: fakes.FakeSession) -> None:
    """Escape answers nothing, the run begins without it, the verdict says nothing of it."""
    async with play(fakes.run(fakes.GOLD), at="workbench") as pilot:
        await pilot.click("#question")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ChoiceDialog)
        await press(pilot, "escape", "v")
        await run_ended(pilot)

        assert isinstance(pilot.app.screen, VerdictScreen)
        assert "diagnosis" not in text_of(pilot)
        assert not session.level_progress(session.levels[0]).diagnosis


async def test_the_answer_says_its_price_first(play: Play, session: fakes.FakeSession) -> None:
    """Nothing is lost before the learner agrees to the price."""
    level = session.levels[0]
    async with play(at="workbench") as pilot:
        await press(pilot, "a")
        assert isinstance(pilot.app.screen, ConfirmDialog)
        assert "gold" in text_of(pilot)
        await press(pilot, "escape")
        assert not session.level_progress(level).answer_seen
        await press(pilot, "a", "y")

        assert isinstance(pilot.app.screen, AnswerScreen)
        assert session.level_progress(level).answer_seen


async def test_after_a_win_the_answer_is_free(play: Play, session: fakes.FakeSession) -> None:
    """A winner reads the answer without being asked, and keeps the gold."""
    async with play(fakes.run(fakes.GOLD), at="workbench") as pilot:
        await press(pilot, "v")
        await run_ended(pilot)
        await press(pilot, "escape", "a")

        assert isinstance(pilot.app.screen, AnswerScreen)
        assert not session.level_progress(session.levels[0]).answer_seen


async def test_swapping_serves_another_variant(play: Play, session: fakes.FakeSession) -> None:
    """The chosen variant is served, and the screen says which."""
    async with play(at="workbench") as pilot:
        await press(pilot, "x", "down", "enter")

        assert session.journal_of_calls == ["serve mine", "serve broken"]
        assert "shop (broken)  http://127.0.0.1:41234/" in text_of(pilot)


async def test_a_shop_that_does_not_start_is_explained(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser key shows the error with its traceback."""
    params = {
        "error": "SyntaxError",
        "file": "catalog/views.py",
        "line": 3,
        "tail": "line 3\nSyntaxError",
    }
    failure = ShopError("shop_does_not_start", **params)

    def fail(*_: object) -> str:
        raise failure

    monkeypatch.setattr(fakes.FakeShowroom, "swap", fail)
    async with play(at="workbench") as pilot:
        assert "does not start" in text_of(pilot)
        await press(pilot, "b")

        assert isinstance(pilot.app.screen, ErrorDialog)
        assert "SyntaxError" in text_of(pilot)


async def test_the_browser_key_names_the_address(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no browser, the address stands on the screen."""
    import webbrowser

    def none() -> None:
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", none)
    async with play(at="workbench") as pilot:
        await press(pilot, "b")

        assert "Open this address yourself: http://127.0.0.1:41234/" in " ".join(
            str(note.message) for note in pilot.app._notifications
        )


async def test_a_toast_shows_no_marks_of_code_and_reads_no_markup(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backtick is for the author; a bracket is the learner's own."""
    failure = ShopError("stack_file_wrong", message="[servers.x] is wrong.", hint="`tutor reset`")

    def fail(*_: object) -> str:
        raise failure

    monkeypatch.setattr(fakes.FakeShowroom, "swap", fail)
    async with play(at="workbench") as pilot:
        toasts = [(note.message, note.markup) for note in pilot.app._notifications]

    assert toasts == [("[servers.x] is wrong. tutor reset Press b for the details.", False)]


async def test_help_lists_every_key_with_what_it_does(play: Play) -> None:
    """Each of our bindings is on the help screen."""
    async with play(at="workbench", size=(100, 60)) as pilot:
        bench = pilot.app.screen
        tips = {a.binding.tooltip for a in bench.active_bindings.values() if a.binding.id}
        await press(pilot, "question_mark")

        assert isinstance(pilot.app.screen, HelpScreen)
        shown = " ".join(text_of(pilot).replace("│", " ").split())
        assert tips
        assert all(tip in shown for tip in tips)
        await press(pilot, "escape")
        assert pilot.app.screen is bench


async def test_the_palette_offers_the_same_actions(play: Play) -> None:
    """What a key does can be found by name."""
    async with play(at="workbench") as pilot:
        names = {command.title for command in pilot.app.get_system_commands(pilot.app.screen)}

        assert {
            "check",
            "full run",
            "hint",
            "reset",
            "journal",
            "swap variant",
            "language",
            "quit",
        } <= names


async def test_the_language_changes_at_any_time(play: Play, session: fakes.FakeSession) -> None:
    """The screen speaks the other language at once, and it is remembered."""
    async with play(at="workbench") as pilot:
        await press(pilot, "2", "ctrl+l")

        assert "Como máximo 12 sentencias" in text_of(pilot)
        assert "ayuda" in text_of(pilot)
        assert session.progress.language == "es"
        await press(pilot, "ctrl+l", "m")
        assert "The chatty front page" in text_of(pilot)


async def test_the_theme_is_remembered(play: Play, session: fakes.FakeSession) -> None:
    """Dark, light, high contrast, and round again: the last one stays."""
    async with play() as pilot:
        seen = [pilot.app.theme]
        for _ in range(3):
            await press(pilot, "ctrl+t")
            seen.append(session.progress.theme)

        assert seen == [DARK, LIGHT, CONTRAST, DARK]


def keys_of_the_workbench() -> list[Binding]:
    """Return the keys of the parts and of the tabs; the screen makes its own from them."""
    of_parts = [k for part in (ShopLine, *TABS, *VIEWS) for k in part.KEYS]
    views = [key(view.KEY, "bring", f"view_{view.NAME}") for view in VIEWS if view.KEY]
    tabs = [key(str(at), "tab", f"tab_{name}") for at, name in enumerate(NAMES, 1)]
    return [*of_parts, *views, *tabs, key("m", "to_map")]


def test_every_binding_says_what_it_does() -> None:
    """No key without an id, and a name and a tooltip in both languages."""
    for language in ("en", "es"):
        texts = Texts(language)
        others = [screen for screen in (*SCREENS, SitsInRoom, TutorApp) if screen is not Workbench]
        for bindings in (*[screen.BINDINGS for screen in others], keys_of_the_workbench()):
            for binding in bindings:
                assert binding.id  # type: ignore[union-attr]
                assert texts.has(f"tui.keys.{binding.id}")  # type: ignore[union-attr]
                assert texts.has(f"tui.tips.{binding.id}")  # type: ignore[union-attr]


def test_no_key_of_a_room_is_one_of_the_workbench() -> None:
    """The workbench would take it before the app does."""
    ours = {name for binding in SitsInRoom.BINDINGS for name in binding.key.split(",")}  # type: ignore[union-attr]

    assert ours
    assert not ours & {
        name for binding in keys_of_the_workbench() for name in binding.key.split(",")
    }


def win_every_level(session: fakes.FakeSession) -> None:
    """Make a season of one level, and win it."""
    session.levels = [replace(session.levels[0], slug=f"{SEASONS[0].last:02}_last")]
    with session.progress_file.change() as progress:
        progress.of(session.levels[0].slug).attempts = 2
        progress.record_win(session.levels[0].slug, Medal.GOLD, {"queries": 5})


@pytest.mark.parametrize(
    ("language", "size", "title"),
    [("en", (80, 24), "LEVEL 2!"), ("es", (120, 40), "¡NIVEL 2!")],
)
async def test_after_the_last_lesson_comes_the_certificate(
    play: Play, session: fakes.FakeSession, language: str, size: tuple[int, int], title: str
) -> None:
    """It shows medals and the learner's own figures."""
    win_every_level(session)
    async with play(size=size, language=language) as pilot:
        pilot.app.push_screen(LessonScreen(session.levels[0]))
        await press(pilot, "n")

        assert isinstance(pilot.app.screen, CertificateScreen)
        shown = text_of(pilot)
        assert title in shown
        assert "800" in shown
        assert "5  " in shown
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, LessonScreen)


async def test_the_map_tells_what_the_certificate_lacks(play: Play) -> None:
    """Before the last win it says how far one is."""
    async with play() as pilot:
        await press(pilot, "m", "c")

        assert isinstance(pilot.app.screen, CertificateScreen)
        assert "levels won. The certificate comes when all" in text_of(pilot)
