"""The commands of the plain game: their names in both languages, and how one is found."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tutor.base.errors import UsageError
from tutor.cli.twins import IN_GAME, SHELL_ONLY
from tutor.words.texts import Texts

if TYPE_CHECKING:
    from tutor.cli.plain.game import PlainGame

Act = Callable[["PlainGame", str], None]
"""What a command does, with the words that were typed after its name."""
GROUPS = ("places", "look", "measure", "shop", "files", "room", "game")
"""The order in which help lists the commands."""
SHORTEST = 2
"""Letters that may stand for a command, if no other begins with them."""


@dataclass(frozen=True, slots=True)
class PlainCommand:
    """One command; ``plain.word.<name>`` names it, and ``plain.tip.<name>`` explains it."""

    name: str
    group: str
    act: Act


COMMANDS: dict[str, PlainCommand] = {}
"""Every command by its English name. Whoever brings more adds them here."""


def command(name: str, group: str) -> Callable[[Act], Act]:
    """Make the decorated function the command *name*."""
    assert group in GROUPS, group

    def register(act: Act) -> Act:
        COMMANDS[name] = PlainCommand(name, group, act)
        return act

    return register


def called(name: str, texts: Texts) -> str:
    """Return what the command *name* is called in this language."""
    return texts(f"plain.word.{name}")


def find(word: str, texts: Texts) -> PlainCommand:
    """Return the command that *word* means: in this language or in English, whole or begun.

    Raises:
        UsageError: there is none, or more than one; names the nearest.
    """
    known = _names(texts)
    said = word.casefold()
    if said in known:
        return known[said]
    begun = {name: command for name, command in known.items() if name.startswith(said)}
    meant = {command.name for command in begun.values()}
    if len(said) >= SHORTEST and len(meant) == 1:
        return next(iter(begun.values()))
    if twin := IN_GAME.get(said):
        raise UsageError.named("no_command", hint="meant", word=word, words=called(twin, texts))
    if said in SHELL_ONLY:
        raise UsageError.named("no_command", hint="in_shell", word=word)
    options = sorted({called(name, texts) for name in meant}) if len(said) >= SHORTEST else []
    options = options or difflib.get_close_matches(said, known, 1, cutoff=0.5)
    raise UsageError.named(
        "no_command",
        hint="meant" if options else "see_help",
        word=word,
        words=", ".join(options),
    )


def _names(texts: Texts) -> Mapping[str, PlainCommand]:
    return COMMANDS | {called(name, texts): command for name, command in COMMANDS.items()}
