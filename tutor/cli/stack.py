"""``tutor stack``: the services."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from tutor.cli.console import console
from tutor.cli.options import json_option, workspace_option
from tutor.errors import ExitCode, UsageError
from tutor.events import Event, ServiceStarted
from tutor.session import Session
from tutor.stack.cancel import Cancel
from tutor.workspace import Workspace


@click.group()
def command() -> None:
    """Start, stop and look at the services."""


@command.command()
@workspace_option
def up(workspace: Path) -> int:
    """Serve your shop for a browser until Ctrl-C, with the debug toolbar."""
    from tutor.showroom import Showroom

    session = Session(Workspace.at(workspace).folder)
    out = console()

    def tell(event: Event) -> None:
        if isinstance(event, ServiceStarted):
            out.print(f"{event.service} ▸ 127.0.0.1:{event.port} ({event.seconds:.1f} s)")

    try:
        url = Showroom(session).open(session.level, Cancel(), tell)
        out.print(f"[bold]{url}/[/]  Ctrl-C or `tutor stack down` ends it.")
        while not session.stack.wait_until_gone(3600):
            pass
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    finally:
        session.stack.release()
        session.stack.wait_until_gone()
    out.print("The stack was stopped.")
    return ExitCode.DONE


@command.command()
@workspace_option
def down(workspace: Path) -> None:
    """Stop every service of this workspace, leftovers of a killed tutor included."""
    stopped = Session(workspace).stack.shutdown()
    click.echo("Stopped." if stopped else "Nothing was running.")


@command.command()
@json_option
@workspace_option
def status(as_json: bool, workspace: Path) -> None:
    """Show which services run, and on which ports."""
    session = Session(workspace)
    services = session.stack.status() if session.stack.find() else {}
    if as_json:
        click.echo(json.dumps(services))
        return
    if not services:
        click.echo("Nothing is running.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("service", "state", "server", "port", "pid", "memory"):
        table.add_column(title)
    for name, service in services.items():
        state = "up" if service["running"] else f"ended ({service['code']})"
        info = service["info"]
        table.add_row(
            name,
            state,
            info.get("server", "–"),
            str(info.get("port", "–")),
            str(service["pid"]),
            _memory(service),
        )
    console().print(table)


def _memory(service: dict[str, Any]) -> str:
    """Return the memory of a service with its children, shared pages counted once each."""
    import psutil

    if not service["running"]:
        return "–"
    total = 0
    try:
        process = psutil.Process(service["pid"])
        for one in [process, *process.children(recursive=True)]:
            full = one.memory_full_info()
            total += getattr(full, "pss", 0) or full.uss
    except psutil.Error:
        return "–"
    return f"{total / 2**20:.0f} MB"


@command.command()
@click.argument("service", required=False, default="")
@click.option("-n", "--lines", default=50, show_default=True, help="How many lines.")
@workspace_option
def logs(service: str, lines: int, workspace: Path) -> None:
    """Print the end of a service's log; without SERVICE, name the logs there are."""
    session = Session(workspace)
    names = sorted(path.stem for path in session.stack.logs.glob("*.log"))
    if not service:
        click.echo("\n".join(names) if names else "There are no logs yet.")
        return
    path = session.stack.log(service)
    if not path.is_file():
        raise UsageError(
            f"There is no log of {service!r}.", hint=f"Logs: {', '.join(names) or 'none'}."
        )
    tail = session.stack.tail(service, 400 * lines).splitlines()[-lines:]
    sys.stdout.write("\n".join(tail) + ("\n" if tail else ""))
