"""``tutor stack``: the services."""

import json
import sys
import time
from collections.abc import Mapping
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

GLANCE = 0.3
"""Seconds over which CPU is measured for a single look."""


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
@click.option("--watch", is_flag=True, help="Look again every second, until Ctrl-C.")
@json_option
@workspace_option
def status(watch: bool, as_json: bool, workspace: Path) -> int:
    """Show which services run, on which ports, and what each server uses."""
    from tutor.stack.gauge import Gauge

    gauge = Gauge(Session(workspace).stack)
    gauge.look()
    try:
        time.sleep(1.0 if watch else GLANCE)
        _show_status(gauge.look(), as_json)
        while watch:
            time.sleep(1.0)
            _show_status(gauge.look(), as_json)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    return ExitCode.DONE


def _show_status(services: dict[str, dict[str, Any]], as_json: bool) -> None:
    """Print what a gauge saw."""
    from tutor.stack.gauge import by_server

    if as_json:
        click.echo(json.dumps(services))
        return
    if not services:
        click.echo("Nothing is running.")
        return
    table = _table("service", "state", "server", "port", "pid", "CPU", "memory")
    for name, service in services.items():
        info = service["info"]
        table.add_row(
            name,
            "up" if service["running"] else f"ended ({service['code']})",
            info.get("server", "–"),
            str(info.get("port", "–")),
            str(service["pid"]),
            *_used(service),
        )
    console().print(table)
    servers = _table("server", "CPU", "memory")
    for server, sums in by_server(services).items():
        servers.add_row(server, *_used(sums))
    console().print(servers)


def _table(*titles: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in titles:
        table.add_column(title)
    return table


def _used(figures: Mapping[str, Any]) -> tuple[str, str]:
    """Return CPU, of one core, and memory as text."""
    return f"{figures['cpu_percent']:.0f} %", f"{figures['memory_mb']:.0f} MB"


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
