"""Options that several commands share."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tutor.curriculum.level import LANGUAGES, VARIANTS, Level
from tutor.session import DEFAULT_WORKSPACE, Session
from tutor.texts import Texts, language_of_environment

F = TypeVar("F", bound=Callable[..., Any])


def workspace_option(function: F) -> F:
    """Add ``--workspace``: the folder with the learner's shop."""
    return click.option(
        "--workspace",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="LEVELUP_WORKSPACE",
        default=DEFAULT_WORKSPACE,
        show_default=True,
        help="The folder with your shop.",
    )(function)


def language_option(function: F) -> F:
    """Add ``--lang``."""
    return click.option(
        "--lang", type=click.Choice(LANGUAGES), help="English or Spanish; remembered by `start`."
    )(function)


def variant_option(function: F) -> F:
    """Add ``--variant``."""
    return click.option(
        "--variant",
        type=click.Choice(VARIANTS),
        default="mine",
        show_default=True,
        help="Your shop, the one the level starts with, or the reference answer.",
    )(function)


def json_option(function: F) -> F:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead.")(
        function
    )


def level_argument(function: F) -> F:
    """Add the optional argument LEVEL."""
    return click.argument("level", required=False, default="", metavar="[LEVEL]")(function)


def find(session: Session, word: str) -> Level:
    """Return the level *word* means; without a word, the workspace's level, else the first."""
    from tutor.curriculum import find_level

    if word:
        return find_level(word, session.levels)
    return session.level if session.workspace.exists else session.levels[0]


def texts(session: Session, language: str | None) -> Texts:
    """Return the texts in the language asked for, remembered, or the terminal's."""
    return Texts(language or session.progress.language or language_of_environment())


def is_terminal() -> bool:
    """Return whether somebody looks at standard output."""
    import sys

    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
