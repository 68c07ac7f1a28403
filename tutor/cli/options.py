"""Options that several commands share."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tutor.cli.speech import columns, fitted, say
from tutor.curriculum.level import VARIANTS, Level
from tutor.learner.begun import never_begun
from tutor.learner.progress import ProgressFile
from tutor.learner.session import DEFAULT_WORKSPACE, Session
from tutor.learner.workspace import Workspace
from tutor.words.texts import Texts

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from tutor.load.crew import Crew

ROOM_TO_ANSWER = 6
"""Columns behind a question."""
YES = ("y", "yes", "s", "si", "sí")
NO = ("n", "no", "")
LOOPBACK = "127.0.0.1"
MOST_WORKERS = 64
"""More are a slip of the finger."""
F = TypeVar("F", bound=Callable[..., Any])


def workspace_option(function: F) -> F:
    """Add ``--workspace``: the folder with the learner's shop."""
    return click.option(
        "--workspace",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="LEVELUP_WORKSPACE",
        default=DEFAULT_WORKSPACE,
        show_default=True,
        callback=_here_if_inside,
    )(function)


def _here_if_inside(ctx: click.Context, param: click.Parameter, folder: Path) -> Path:
    """Return *folder*; the one we are in, where that is a workspace and nobody named another."""
    source = ctx.get_parameter_source(param.name or "")
    is_named = source is not click.core.ParameterSource.DEFAULT
    return folder if is_named or not Workspace(Path()).exists else Path()


def stack_option(function: F) -> F:
    """Add ``--stack``: where the shop runs."""
    return click.option(
        "--stack",
        "where",
        type=click.Choice(("local", "docker")),
        envvar="LEVELUP_WHERE",
        default="local",
        show_default=True,
    )(function)


def crew_options(function: F) -> F:
    """Add ``--workers``, ``--expect-workers`` and ``--bind``: who makes the load."""
    for option in (
        click.option(
            "--bind",
            metavar="ADDR",
            default=LOOPBACK,
        ),
        click.option(
            "--expect-workers",
            "awaited",
            type=click.IntRange(0, MOST_WORKERS),
            default=0,
            metavar="N",
        ),
        click.option(
            "--workers",
            "local",
            type=click.IntRange(0, MOST_WORKERS),
            default=0,
            metavar="N",
        ),
    ):
        function = option(function)
    return function


def crew_of(local: int, awaited: int, bind: str) -> "Crew | None":
    """Return who makes the load; None for Locust alone.

    Raises:
        UsageError: nobody can come to the address.
    """
    from tutor.load.crew import Crew

    if not local and not awaited:
        return None
    crew = Crew(local, awaited, bind)
    crew.check()
    return crew


def variant_option(function: F) -> F:
    """Add ``--variant``."""
    return click.option(
        "--variant",
        type=click.Choice(VARIANTS),
        default="mine",
        show_default=True,
    )(function)


def plain_option(function: F) -> F:
    """Add ``--plain``: sentences in place of a table, whatever the terminal can do."""
    return click.option("--plain", is_flag=True)(function)


def json_option(function: F) -> F:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True)(function)


def agreed_option(function: F) -> F:
    """Add ``--yes``: the program of a level pack may run."""
    return click.option("--yes", "agreed", is_flag=True)(function)


def level_argument(function: F) -> F:
    """Add the optional argument LEVEL."""
    return click.argument(
        "level", required=False, default="", metavar="[LEVEL]", shell_complete=complete_level
    )(function)


def complete_level(
    ctx: click.Context, param: click.Parameter, begun: str
) -> "list[CompletionItem]":
    """Return the levels that a shell may offer for what is typed: by slug, name or number."""
    from click.shell_completion import CompletionItem

    from tutor.cli.language import language
    from tutor.curriculum import load_levels

    spoken = language()
    offered = [(level.slug, level.title[spoken]) for level in load_levels()]
    for part in (lambda slug: slug, lambda slug: slug.partition("_")[2], _number):
        found = [(part(slug), title) for slug, title in offered if part(slug).startswith(begun)]
        if found:
            return [CompletionItem(word, help=title) for word, title in found]
    return []


def _number(slug: str) -> str:
    return slug.partition("_")[0].lstrip("0")


def find(session: Session, word: str) -> Level:
    """Return the level *word* means; without a word, the workspace's level, else the first."""
    from tutor.curriculum import find_level

    if word:
        return find_level(word, session.levels)
    return session.level if session.workspace.exists else session.levels[0]


def offer_begin(session: Session, level: Level) -> None:
    """Say on stderr how *level* is begun, where it is not yet."""
    if not session.has_begun(level):
        from tutor.cli.language import texts

        say(texts()("begin.offer", number=level.number), err=True)


def require_begun(session: Session, level: Level) -> None:
    """Refuse what would be counted for a level that is nowhere in this workspace.

    Raises:
        UsageError: *level* was never begun; says how it is.
    """
    if not session.has_begun(level):
        raise never_begun(level, session.workspace.folder)


def confirm(words: Texts, question: str) -> None:
    """Ask *question* on stderr, and go on only after a yes, in any language of ours.

    Raises:
        Abort: the answer is another one, or there is none.
    """
    asked = f"{question} [{words('confirm.choices')}]"
    if width := columns(sys.stderr):
        # With room for the answer behind it.
        asked = "\n".join(fitted(asked, width - ROOM_TO_ANSWER))
    answer = click.prompt(asked, default="", show_default=False, err=True)
    if answer.strip().casefold() not in YES:
        raise click.Abort


def let_run(level: Level, *, agreed: bool) -> None:
    """Ask once whether the program of a level pack may run, before *level* of it does.

    Raises:
        PackNotAgreed: there is nobody to ask.
        Abort: the answer is another one than yes.
    """
    from tutor.cli.language import texts

    file, pack = ProgressFile(), level.pack
    if pack is None or file.is_agreed(level):
        return
    if not agreed:
        if not sys.stdin.isatty():
            file.require_agreed(level)
        words = texts()
        told = words("pack.told", pack=pack.key, folder=level.folder.parent)
        say(told, err=True)
        confirm(words, words("pack.question"))
    file.agree(pack)


def is_terminal() -> bool:
    """Return whether somebody looks at standard output."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
