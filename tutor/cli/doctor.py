"""``tutor doctor``: check this machine."""

import json

import click
from rich.markup import escape

from tutor.base.errors import ExitCode
from tutor.cli.columns import Columns
from tutor.cli.console import console
from tutor.cli.language import language_option, texts
from tutor.cli.options import json_option
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken
from tutor.stack.doctor import CheckResult, State, examine
from tutor.words.texts import Texts

SIGNS = {State.OK: ("✔", "green"), State.STAND_IN: ("~", "yellow"), State.MISSING: ("✘", "red")}


@click.command(cls=Spoken)
@click.option("--room", "for_room", is_flag=True)
@json_option
@language_option
def command(for_room: bool, as_json: bool) -> int:
    """Check this machine: what is there, what stands in, and a cure for each finding."""
    words = texts()
    if for_room:
        from tutor.seat import seat as seats

        seats.require()
    findings = list(examine())
    if as_json:
        document = [finding.to_json(words) for finding in findings]
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        console().print(_table(findings, words))
    missing = [finding.part for finding in findings if finding.state is State.MISSING]
    if for_room:
        _send_receipt(words, missing)
    return ExitCode.ERROR if missing else ExitCode.DONE


def _send_receipt(words: Texts, missing: list[str]) -> None:
    """Tell the room what is missing, by its name, and nothing else of this machine."""
    import platform

    from tutor import __version__
    from tutor.cli.to_room import went_to_room
    from tutor.seat.reporter import Reporter

    Reporter().doctor(missing, __version__, f"{platform.system()} {platform.machine()}")
    say(words("room.receipt.sent" if went_to_room() else "room.kept"), err=True)


def _table(findings: list[CheckResult], words: Texts) -> Columns:
    table = Columns()
    for title in ("part", "state"):
        table.add_column(words(f"doctor.column.{title}"), keep=True)
    table.add_column(words("doctor.column.found"), prose=True)
    for finding in findings:
        sign, colour = SIGNS[finding.state]
        state = f"[{colour}]{sign} {words(f'doctor.state.{finding.state}')}[/]"
        detail, cure = finding.told(words)
        table.add_row(finding.title(words), state, escape(detail))
        if cure and finding.state is not State.OK:
            table.add_row("", "", f"[dim]{words('doctor.cure')}[/] {escape(cure)}")
    return table
