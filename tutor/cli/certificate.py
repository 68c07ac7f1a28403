"""``tutor certificate``: what you reached, in your own figures."""

import json
import time
from pathlib import Path

import click
from rich.align import Align
from rich.box import DOUBLE
from rich.console import Group
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from tutor.base.errors import ExitCode
from tutor.cli.console import console
from tutor.cli.language import language_option, texts
from tutor.cli.options import json_option, workspace_option
from tutor.cli.spoken import Spoken
from tutor.learner.certificate import Certificate, LevelRow, certificate_of
from tutor.learner.session import Session
from tutor.words.texts import Texts
from tutor.words.wording import shown

WIDEST = 96


@click.command(cls=Spoken)
@click.option("--name", default="Betty", show_default=True)
@json_option
@language_option
@workspace_option
def command(name: str, as_json: bool, workspace: Path) -> int:
    """Show your certificate; before the last level is won, show what is missing."""
    session = Session(workspace)
    words = texts()
    reached = certificate_of(session)
    if as_json:
        click.echo(json.dumps(reached.to_json(words), ensure_ascii=False))
    elif reached.is_complete:
        out = console()
        out.print(_certificate(reached, words, name), width=min(WIDEST, out.width))
    else:
        console().print("\n".join(_missing(reached, words)), markup=False)
    return ExitCode.DONE if reached.is_complete else ExitCode.NOT_YET


def lines(reached: Certificate, words: Texts, name: str) -> list[str]:
    """Return the certificate as lines of text; before the last level is won, what is missing."""
    if not reached.is_complete:
        return _missing(reached, words)
    titles = [f"{row.level.number}  {row.level.title[words.language]}" for row in reached.rows]
    rows = [
        ", ".join([title, words(f"medal.{row.medal}"), *_figures(row, words)])
        for title, row in zip(titles, reached.rows, strict=True)
    ]
    head = f"{words('certificate.level')} {words('certificate.of')}"
    return [head, words("certificate.said", name=name), *rows, _total(reached, words)]


def _total(reached: Certificate, words: Texts) -> str:
    date = time.strftime("%Y-%m-%d", time.localtime(reached.won_at))
    golds, attempts = reached.golds, reached.attempts
    return words("certificate.total", golds=golds, attempts=attempts, date=date)


def _certificate(reached: Certificate, words: Texts, name: str) -> Panel:
    said = words("certificate.said", name=name)
    return Panel(
        Group(
            Align.center(f"[bold]{words('certificate.level')}[/]  {words('certificate.of')}"),
            "",
            Align.center(escape(said)),
            "",
            _rows(reached, words),
            "",
            Align.center(f"[dim]{_total(reached, words)}[/]"),
        ),
        box=DOUBLE,
        padding=(1, 2),
    )


def _rows(reached: Certificate, words: Texts) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("level_column", "medal", "attempts", "figures"):
        table.add_column(words(f"certificate.{title}"))
    for row in reached.rows:
        table.add_row(
            f"{row.level.number} {escape(row.level.title[words.language])}",
            words(f"medal.{row.medal}"),
            str(row.attempts),
            escape("\n".join(_figures(row, words))),
        )
    return table


def _figures(row: LevelRow, words: Texts) -> list[str]:
    return [
        (f"{shown(figure.before)} → " if figure.before is not None else "")
        + f"{shown(figure.after)} {words.unit(row.level, figure.measure, figure.after)}"
        for figure in row.figures
    ]


def _missing(reached: Certificate, words: Texts) -> list[str]:
    """Return what is still to be won."""
    won = len(reached.rows) - len(reached.missing)
    lines = [words("certificate.not_yet", won=won, levels=len(reached.rows))]
    for row in reached.missing:
        title = row.level.title[words.language]
        lines.append(f"  {row.level.number}  {title}  `tutor start {row.level.number}`")
    return lines
