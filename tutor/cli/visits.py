"""``tutor visits``: two visitors ask for the same page of your shop, side by side."""

from contextlib import closing
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from tutor.base.errors import ExitCode
from tutor.base.text import cut
from tutor.cli.columns import Columns
from tutor.cli.console import console
from tutor.cli.language import language_option, texts
from tutor.cli.options import find, json_option, level_argument, stack_option, workspace_option
from tutor.cli.running_shop import explain, print_json, running_shop
from tutor.cli.spoken import Spoken
from tutor.learner.session import Session
from tutor.views.pair import Pair, rows
from tutor.views.visits import STRANGER, WHO, Visits
from tutor.views.wording import cell, row_name, who
from tutor.words.texts import Texts

LONGEST = 60
"""Characters of a value that are shown."""


@click.command(cls=Spoken)
@level_argument
@click.option("--path", default="")
@click.option("--first", type=click.Choice(WHO), default=STRANGER, show_default=True)
@click.option("--second", type=click.Choice(WHO), default=STRANGER, show_default=True)
@click.option(
    "--times",
    type=click.IntRange(1, 20),
    default=1,
    show_default=True,
)
@json_option
@language_option
@stack_option
@workspace_option
def command(
    level: str,
    path: str,
    first: str,
    second: str,
    times: int,
    as_json: bool,
    where: str,
    workspace: Path,
) -> int:
    """Let two visitors ask for the same page, one after the other, and compare what they get."""
    session = Session(workspace, where)
    chosen, words = find(session, level), texts()
    session.require_level(chosen)
    with running_shop(session, chosen) as site, closing(Visits(site, (first, second))) as visits:
        for _ in range(times):
            pair = visits.ask(path or chosen.page)
    if as_json:
        return print_json(pair.to_json(), pair.trouble)
    if pair.trouble:
        raise explain(pair.trouble)
    _print(pair, words, console())
    return ExitCode.DONE


def _print(pair: Pair, words: Texts, out: Console) -> None:
    left, right = pair.left, pair.right
    assert left is not None, "without trouble there are two"
    assert right is not None, "without trouble there are two"
    out.print(escape(words("visits.heading", path=pair.path, round=pair.round)))
    table = Columns()
    table.add_column()
    table.add_column()
    table.add_column(f"{words('visits.left')}: {who(words, left.who)}")
    table.add_column(f"{words('visits.right')}: {who(words, right.who)}")
    for row in rows(pair):
        table.add_row(
            "≠" if row.differs else "",
            escape(row_name(words, row)),
            escape(cut(cell(words, row, left, row.left), LONGEST)),
            escape(cut(cell(words, row, right, row.right), LONGEST)),
        )
    out.print(table)
    out.print(f"[dim]≠ {words('visits.differs')}[/]\n")
    different = pair.differences()
    out.print(words("visits.lines" if different else "visits.same_lines"))
    for one, other in different:
        for sign, line in (("<", one), (">", other)):
            if line:
                said = f"  {sign} {escape(cut(line, 2 * LONGEST))}"
                out.print(said, soft_wrap=not out.is_terminal)
