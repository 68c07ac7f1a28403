"""The whole game in a real terminal, from the title to the certificate, with keys alone.

Takes minutes for each way of playing, so it runs where it is asked for: ``make proof``.
"""

from collections.abc import Iterator

import pytest

from tests.e2e.terminal import Terminal, begins_anew, mending_editor, needs_tmux
from tests.helpers import wait_until
from tests.real import Tutor, assert_nothing_left
from tutor.curriculum import Level, load_levels
from tutor.learner.certificate import FINALES, SEASONS
from tutor.learner.progress import ProgressFile

pytestmark = [pytest.mark.services, pytest.mark.load, pytest.mark.long]
LEVELS = load_levels()
WAYS = [((80, 24), "en"), ((140, 45), "es"), ((80, 24), "es"), ((140, 45), "en")]
TRIES = 3
"""How often a run may say that this machine is too busy to tell."""


@pytest.fixture(params=WAYS, ids=lambda way: f"{way[0][0]}x{way[0][1]}-{way[1]}")
def game(request: pytest.FixtureRequest, tutor: Tutor) -> Iterator[Terminal]:
    """The game at its title, in a size and a language."""
    size, language = request.param
    needs_tmux()
    begins_anew(tutor)
    mending_editor(tutor, LEVELS[0])
    terminal = Terminal(tutor, "start", "--lang", language, size=size, language=language)
    yield terminal
    terminal.close()


def test_the_campaign_is_won_from_title_to_certificate(game: Terminal, tutor: Tutor) -> None:
    """Each level: its story, a repair in the editor, a quick check, a run that wins, its lesson."""
    say = game.texts
    game.wait_for(say("tui.title.tagline"))
    # The title names the map too, but no level.
    game.press_until("Enter", LEVELS[1].title[say.language])
    game.press("Enter")
    for level in LEVELS:
        read_story(game, level)
        mend(game, tutor, level)
        win(game, tutor, level)
        game.press_until("l", say("tui.lesson.heading", title=level.title[say.language]))
        game.note("lesson")
        game.press("n")
        if level.number in FINALES:
            certify(game, level)

    game.press("C-q")
    assert wait_until(lambda: game.is_over, timeout=20)
    assert_nothing_left(tutor.folder)
    won = ProgressFile(tutor.home / "progress.json").read()
    assert [won.of(level.slug).medal for level in LEVELS] == ["gold"] * len(LEVELS)


def certify(game: Terminal, finale: Level) -> None:
    """Read the certificate after *finale*, of its season and those before; go on from the map."""
    say = game.texts
    place = LEVELS.index(finale)
    game.wait_for(say("certificate.of"))
    reached = [season for season in SEASONS if season.last <= finale.number]
    for season in reached:
        golds = sum(season.has(level) for level in LEVELS)
        total = say(f"certificate.{season.name}.total", golds=golds, attempts=0, date="")
        sheet = game.read_on("Down", until=total.partition(" · ")[0])
    game.note("certificate")
    assert all(level.title[say.language] in sheet for level in LEVELS if reached[-1].has(level))
    if finale is not LEVELS[-1]:
        game.press("m")
        game.wait_for(LEVELS[place + 1].title[say.language])
        game.press("Down")
        game.press("Enter")


def read_story(game: Terminal, level: Level) -> None:
    """Read every scene of *level*, to the workbench."""
    say = game.texts
    scenes = level.text("story", say.language).count("\n## ") + 1
    game.wait_for(say("tui.story.where", page=1, pages=scenes))
    game.note("story")
    read = game.read_on("Enter", until=say("tui.tab.diff"))
    assert say("tui.story.where", page=scenes, pages=scenes) in read
    game.note("briefing")


def mend(game: Terminal, tutor: Tutor, level: Level) -> None:
    """Save the reference answer of *level* in the editor; the quick check comes by itself."""
    mending_editor(tutor, level)
    game.wait_for("127.0.0.1")
    game.press("e")
    game.wait_for(game.texts("outcome.quick_passed"))
    game.note("quick check passed")


def win(game: Terminal, tutor: Tutor, level: Level) -> None:
    """Run the whole verdict until the machine is quiet enough for one."""
    for _ in range(TRIES):
        game.press("v")
        if (outcome := game.wait_for_outcome()) != "cannot_tell":
            break
        game.back_to_work()
    game.note(f"verdict: {outcome}")
    assert outcome == "won", f"{level.slug}:\n{game.screen}"
