"""What is called one thing in the game and another in a shell is found under either name."""

from functools import partial

import pytest

from tests.cli.commands import found
from tutor.base.errors import UsageError
from tutor.cli.group import cli
from tutor.cli.plain.commands import places
from tutor.cli.plain.words import COMMANDS, called, find
from tutor.cli.twins import IN_GAME, SHELL_ONLY, TWINS, in_game
from tutor.words.texts import Texts

assert places.certificate, "the commands of the game are there once they are imported"


@pytest.mark.parametrize(("typed", "twin"), TWINS.items())
def test_a_word_of_the_game_is_known_in_the_shell(typed: str, twin: str) -> None:
    """What is named there exists, with its option; the word itself is no command of the shell."""
    command, *rest = twin.split()

    assert typed not in cli.list_commands(None)
    assert command in cli.list_commands(None)
    if rest and not rest[0].startswith("-"):
        assert found((command, rest[0]))
    elif rest:
        options = [option for one in found((command,)).params for option in one.opts]
        assert rest[0] in options


@pytest.mark.parametrize(("shell", "game"), IN_GAME.items())
def test_a_command_of_the_shell_is_told_as_the_game_s(shell: str, game: str) -> None:
    """With whatever stands behind it."""
    assert game in COMMANDS
    assert in_game(f"See `tutor {shell}`.") == f"See `{game}`."
    assert in_game(f"See `tutor {shell} 3`.") == f"See `{game} 3`."


def test_it_is_told_in_the_language_of_the_learner() -> None:
    """As it can be typed there."""
    spanish = partial(called, texts=Texts("es"))

    assert in_game("Mira `tutor levels`.", spanish) == "Mira `mapa`."


@pytest.mark.parametrize(
    "text", ["`tutor doctor` knows.", "`tutor begin 1 --workspace DIR`", "tutor verify", "verify"]
)
def test_what_only_a_shell_can_do_stays_as_it_is(text: str) -> None:
    """A command that the game lacks, or an option that it does not take."""
    assert in_game(text) == text


@pytest.mark.parametrize(
    ("typed", "hint"),
    [("levels", "Did you mean: map?"), ("doctor", "in a second window: `tutor doctor`")],
)
def test_a_word_of_the_shell_is_known_in_the_game(typed: str, hint: str) -> None:
    """What the game has is named, what it has not is done in a shell."""
    with pytest.raises(UsageError) as caught:
        find(typed, Texts("en"))

    assert hint in Texts("en").error(caught.value)[1]


@pytest.mark.parametrize("name", SHELL_ONLY)
def test_what_only_a_shell_has_is_no_word_of_the_game(name: str) -> None:
    """Else the game would send away who could have it there."""
    assert name not in COMMANDS
    assert name in cli.list_commands(None)
