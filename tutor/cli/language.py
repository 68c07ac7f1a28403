"""Which language the shell speaks: asked for, remembered, or the terminal's."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tutor.catalogue import LANGUAGES, language_of_environment

if TYPE_CHECKING:
    from tutor.words.texts import Texts

ASKED = "tutor.language"
"""Under this name the group notes the language it was asked for."""
SPOKEN = "tutor.spoken"
"""Under this name stands the one it speaks: what is remembered is read once."""
F = TypeVar("F", bound=Callable[..., Any])


def language_option(function: F) -> F:
    """Add ``--lang``; :func:`texts` knows what it says, wherever on the command line it stands."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        expose_value=False,
        callback=_remember,
    )(function)


def _remember(ctx: click.Context, param: click.Parameter, language: str | None) -> None:
    """Remember the language that was asked for, for the next command and the game."""
    if not language or ctx.resilient_parsing or language == _remembered():
        return
    from tutor.base import log
    from tutor.base.errors import TutorError
    from tutor.learner.progress import ProgressFile

    try:
        with ProgressFile().change() as progress:
            progress.language = language
    except TutorError as error:
        # What was asked for is said in it all the same.
        log.note("The language could not be remembered.", error)


def note_language(ctx: click.Context, args: Sequence[str]) -> None:
    """Note the language that *args* ask for, before anything else in them can be wrong.

    So that help and failures are told in it, too. Where it is asked for twice, the last one counts.
    """
    words = list(args)
    words = words[: words.index("--")] if "--" in words else words
    wanted = [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    wanted += [after for word, after in pairwise(words) if word == "--lang"]
    known = [language for language in wanted if language in LANGUAGES]
    ctx.meta[ASKED] = known[-1] if known else ""


def asked_language() -> str:
    """Return the language the command line asks for; empty where it asks for none."""
    ctx = click.get_current_context(silent=True)
    return ctx.meta.get(ASKED, "") if ctx else ""


def language() -> str:
    """Return the language asked for, remembered, or the terminal's: one for the whole command."""
    ctx = click.get_current_context(silent=True)
    known: dict[str, str] = ctx.meta if ctx else {}
    if SPOKEN not in known:
        known[SPOKEN] = asked_language() or _remembered() or language_of_environment()
    return known[SPOKEN]


def texts() -> "Texts":
    """Return the texts in the learner's language."""
    # Help is told in it too, and needs no more than the language's name.
    from tutor.words.texts import Texts

    return Texts(language())


def _remembered() -> str:
    """Return the learner's language; empty where none is remembered, or nothing can be read."""
    from tutor.learner.progress import ProgressFile

    try:
        language = ProgressFile().read().language
    except Exception:  # noqa: BLE001 - whatever is wrong there, what is in hand must be told
        return ""
    return language if language in LANGUAGES else ""
