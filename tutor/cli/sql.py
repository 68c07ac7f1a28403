"""``tutor sql``: which statements a page of your shop takes, and which lines issue them."""

from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from tutor.base.cancel import Cancel
from tutor.base.errors import ExitCode, UsageError
from tutor.base.text import cut
from tutor.cli.columns import Columns
from tutor.cli.console import console
from tutor.cli.language import language_option, texts
from tutor.cli.options import find, json_option, level_argument, stack_option, workspace_option
from tutor.cli.running_shop import explain, print_json, running_shop
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken
from tutor.learner.session import Session
from tutor.views.sql import PageSql, Repeated, brief, sql_of_page
from tutor.views.wording import places, summary, variety
from tutor.words.texts import Texts

LONGEST = 160
"""Characters of a statement that are shown."""
SHOWN = 10
"""How many groups are shown unless all are asked for."""


@click.command(cls=Spoken)
@level_argument
@click.option("--path", default="")
@click.option("--all", "show_all", is_flag=True)
@click.option("--full", type=int, default=0, metavar="NUMBER")
@json_option
@language_option
@stack_option
@workspace_option
def command(
    level: str,
    path: str,
    show_all: bool,
    full: int,
    as_json: bool,
    where: str,
    workspace: Path,
) -> int:
    """Show the SQL of a page of your shop: how often, how long, and which line asks."""
    session = Session(workspace, where)
    chosen, words = find(session, level), texts()
    session.require_level(chosen)
    with running_shop(session, chosen) as site:
        look = sql_of_page(site, path or chosen.page, Cancel())
    if as_json:
        return print_json(look.to_json(), look.trouble)
    if look.trouble:
        raise explain(look.trouble)
    if full:
        group = _group(look, full)
        for line in (*places(words, group), variety(words, group), group.example):
            say(line)
        return ExitCode.DONE
    _print(look, words, console(), None if show_all else SHOWN)
    return ExitCode.DONE


def _group(look: PageSql, number: int) -> Repeated:
    if not 1 <= number <= len(look.groups):
        raise UsageError.named("no_statement", number=number, most=len(look.groups))
    return look.groups[number - 1]


def _print(look: PageSql, words: Texts, out: Console, most: int | None) -> None:
    for line in summary(words, look):
        out.print(escape(line))
    if not look.groups:
        return
    table = Columns()
    table.add_column(right=True)
    table.add_column(words("sql.times"), right=True)
    table.add_column(words("sql.ms"), right=True)
    table.add_column(words("sql.statement"), prose=True)
    table.add_column(words("sql.line"))
    shown = look.groups[:most]
    for number, group in enumerate(shown, 1):
        table.add_row(
            str(number),
            str(group.times),
            words.fixed(group.milliseconds),
            escape(cut(brief(group.shape), LONGEST)),
            escape("\n".join(places(words, group))),
        )
    out.print(table)
    if len(look.groups) > len(shown):
        out.print(words("sql.rest", count=len(look.groups) - len(shown)))
