"""An error that nobody foresaw ends the game in two lines; edits and the traceback are kept."""

import io

import pytest
from rich.console import Console

from tests.tui import fakes
from tests.tui.driving import Play, press, settled, until
from tutor.base.log import log_file
from tutor.tui.app import TutorApp
from tutor.tui.workbench.hints import HintsTab


async def test_it_ends_with_two_lines_and_the_log_has_the_rest(
    play: Play, session: fakes.FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No thousand lines of traceback; what was typed and not saved is in the journal."""

    def fall(hints: HintsTab) -> None:
        raise RuntimeError("the roof fell in [/b]")

    with pytest.raises(RuntimeError, match="the roof"):  # noqa: PT012
        async with play(at="workbench") as pilot:
            app = pilot.app
            assert isinstance(app, TutorApp)
            await press(pilot, "5", "enter", "X")
            monkeypatch.setattr(HintsTab, "action_hint", fall)
            # They are looked at below.
            monkeypatch.setattr(app, "_print_error_renderables", lambda: None)
            hints = app.screen.query_one(HintsTab)
            hints.call_later(hints.action_hint)
            await until(pilot, lambda: app._exit_renderables)

    out = io.StringIO()
    Console(file=out, width=200).print(*app._exit_renderables)
    assert "RuntimeError: the roof fell in [/b]" in out.getvalue()
    assert str(log_file()) in out.getvalue()
    assert len(out.getvalue().splitlines()) <= 4
    assert "Traceback" in log_file().read_text()
    assert next(session.journal.entries()).reason == "unsaved"


@pytest.mark.parametrize("language", ["en", "es"])
async def test_damaged_progress_is_named_on_the_screen(
    play: Play, session: fakes.FakeSession, language: str
) -> None:
    """The game begins all the same."""
    session.progress_file.path.parent.mkdir(parents=True, exist_ok=True)
    session.progress_file.path.write_text("{")

    async with play(language=language, size=(120, 40)) as pilot:
        await settled(pilot)
        said = {"en": "is damaged", "es": "está dañado"}[language]
        await until(pilot, lambda: any(said in told.message for told in pilot.app._notifications))
