"""``tutor doctor``: check this machine."""

import json
from dataclasses import asdict

import click
from rich.table import Table

from tutor.cli.console import console
from tutor.cli.options import json_option
from tutor.doctor import State, examine
from tutor.errors import ExitCode

SIGNS = {
    State.OK: "[green]✔ ok[/]",
    State.STAND_IN: "[yellow]~ stand-in[/]",
    State.MISSING: "[red]✘ missing[/]",
}


@click.command()
@json_option
def command(as_json: bool) -> int:
    """Check this machine: what is there, what stands in, and a cure for each finding."""
    findings = list(examine())
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        out = console()
        table = Table(box=None, padding=(0, 2, 0, 0))
        for title in ("part", "state"):
            table.add_column(title, no_wrap=True)
        table.add_column("found", overflow="fold")
        for finding in findings:
            table.add_row(finding.part, SIGNS[finding.state], finding.detail)
            if finding.cure and finding.state is not State.OK:
                table.add_row("", "", f"[dim]cure:[/] {finding.cure}")
        out.print(table)
    missing = any(finding.state is State.MISSING for finding in findings)
    return ExitCode.ERROR if missing else ExitCode.DONE
