"""``tutor sql``: which statements a page of your shop takes, and which lines issue them."""

from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tutor.cli.console import console
from tutor.cli.looking import explain, print_json, running_shop
from tutor.cli.options import (
    find,
    json_option,
    language_option,
    level_argument,
    texts,
    workspace_option,
)
from tutor.errors import ExitCode, UsageError
from tutor.session import Session
from tutor.stack.cancel import Cancel
from tutor.texts import Texts
from tutor.views.sql import PageSql, Repeated, brief, sql_of_page
from tutor.views.telling import places, summary, variety

LONGEST = 160
"""Characters of a statement that are shown."""
SHOWN = 10
"""How many groups are shown unless all are asked for."""


@click.command()
@level_argument
@click.option("--path", default="", help="The page; without it, the one the level is about.")
@click.option("--all", "show_all", is_flag=True, help="Show every statement.")
@click.option("--full", type=int, default=0, metavar="NUMBER", help="Print one of them in full.")
@json_option
@language_option
@workspace_option
def command(
    level: str,
    path: str,
    show_all: bool,
    full: int,
    as_json: bool,
    lang: str | None,
    workspace: Path,
) -> int:
    """Show the SQL of a page of your shop: how often, how long, and which line asks.

    The shop that runs is looked at; where none does, it is started for the look.
    """
    session = Session(workspace)
    chosen, words = find(session, level), texts(session, lang)
    session.require_level(chosen)
    with running_shop(session, chosen) as site:
        look = sql_of_page(site, path or chosen.page, Cancel())
    if as_json:
        return print_json(look.to_json(), look.trouble)
    if look.trouble:
        raise explain(words, look.trouble)
    if full:
        group = _group(look, full)
        for line in (*places(words, group), variety(words, group), group.example):
            click.echo(line)
        return ExitCode.DONE
    _print(look, words, console(), None if show_all else SHOWN)
    return ExitCode.DONE


def _group(look: PageSql, number: int) -> Repeated:
    if not 1 <= number <= len(look.groups):
        raise UsageError(
            f"There is no statement {number}.", hint=f"They are numbered 1 to {len(look.groups)}."
        )
    return look.groups[number - 1]


def _print(look: PageSql, words: Texts, out: Console, most: int | None) -> None:
    for line in summary(words, look):
        out.print(escape(line))
    if not look.groups:
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("", justify="right")
    table.add_column(words("sql.times"), justify="right")
    table.add_column(words("sql.ms"), justify="right")
    table.add_column(words("sql.statement"), overflow="fold", ratio=3)
    table.add_column(words("sql.line"), overflow="fold", ratio=2)
    shown = look.groups[:most]
    for number, group in enumerate(shown, 1):
        table.add_row(
            str(number),
            str(group.times),
            f"{group.milliseconds:.1f}",
            escape(_short(brief(group.shape))),
            escape("\n".join(places(words, group))),
        )
    out.print(table)
    if len(look.groups) > len(shown):
        out.print(words("sql.rest", count=len(look.groups) - len(shown)))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
