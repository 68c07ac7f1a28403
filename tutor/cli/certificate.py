"""``tutor certificate``: what you reached, in your own figures."""

import json
from pathlib import Path

import click
from rich.align import Align
from rich.box import DOUBLE
from rich.console import Group
from rich.markup import escape
from rich.panel import Panel

from tutor.base.errors import ExitCode
from tutor.cli.columns import Columns
from tutor.cli.console import console
from tutor.cli.language import language_option, texts
from tutor.cli.options import json_option, workspace_option
from tutor.cli.spoken import Spoken
from tutor.learner.certificate import Certificate, LevelRow, certificates_of
from tutor.learner.session import Session
from tutor.words.texts import Texts

WIDEST = 96


@click.command(cls=Spoken)
@click.option("--name", default="Betty", show_default=True)
@json_option
@language_option
@workspace_option
def command(name: str, as_json: bool, workspace: Path) -> int:
    """Show your certificate; before a season's last level is won, show what is missing."""
    session = Session(workspace)
    words = texts()
    reached = certificates_of(session)
    if as_json:
        first, *later = (one.to_json(words) for one in reached)
        click.echo(json.dumps({**first, "later": later}, ensure_ascii=False))
    else:
        for one in reached:
            _show(one, words, name)
    return ExitCode.DONE if all(one.is_complete for one in reached) else ExitCode.NOT_YET


def _show(reached: Certificate, words: Texts, name: str) -> None:
    """Print one certificate, and what it lacks."""
    out = console()
    if reached.is_complete:
        out.print(_certificate(reached, words, name), width=min(WIDEST, out.width))
    else:
        out.print(reached.counted(words), markup=False)
    for line in reached.lacks(words):
        out.print(f"  {line}", markup=False)
    if (row := reached.next_to_win) is not None:
        out.print(words("certificate.go_on", number=row.level.number), markup=False)


def lines(reached: Certificate, words: Texts, name: str) -> list[str]:
    """Return the certificate in sentences, then what is missing; before its end only that."""
    if not reached.is_complete:
        return [reached.counted(words), *reached.lacks(words)]
    head = f"{reached.level(words)} {words('certificate.of')}"
    rows = [_sentences(row, words) for row in reached.rows]
    total = reached.total(words).replace(" · ", ", ")
    return [head, reached.said(words, name), *rows, f"{total}.", *reached.lacks(words)]


def _sentences(row: LevelRow, words: Texts) -> str:
    """Return what is said of a level to whoever cannot see an arrow."""
    number, title = row.level.number, row.level.title[words.language]
    medal = words(f"medal.{row.medal}")
    told = [words("certificate.lack", number=number, title=title, lack=medal)]
    for figure in row.figures:
        unit = words.unit(row.level, figure.measure, figure.after)
        measured = f"{words.number(figure.after)} {unit}"
        if figure.before is not None:
            before = words.number(figure.before)
            measured = words("grading.before", measured=measured, before=before)
        told.append(measured)
    return ". ".join(told) + "."


def _certificate(reached: Certificate, words: Texts, name: str) -> Panel:
    return Panel(
        Group(
            Align.center(f"[bold]{reached.level(words)}[/]  {words('certificate.of')}"),
            "",
            Align.center(escape(reached.said(words, name))),
            "",
            _rows(reached, words),
            "",
            Align.center(f"[dim]{reached.total(words)}[/]"),
        ),
        box=DOUBLE,
        padding=(1, 2),
    )


def _rows(reached: Certificate, words: Texts) -> Columns:
    table = Columns()
    for title in ("level_column", "medal", "attempts", "figures"):
        table.add_column(words(f"certificate.{title}"))
    for row in reached.rows:
        table.add_row(
            f"{reached.number(row)} {escape(row.level.title[words.language])}",
            words(f"medal.{row.medal}"),
            str(row.attempts),
            escape("\n".join(_figures(row, words))),
        )
    return table


def _figures(row: LevelRow, words: Texts) -> list[str]:
    return [
        (f"{words.number(figure.before)} → " if figure.before is not None else "")
        + f"{words.number(figure.after)} {words.unit(row.level, figure.measure, figure.after)}"
        for figure in row.figures
    ]
