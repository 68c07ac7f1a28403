"""``tutor stack``: the services."""

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Group, RenderableType
from rich.markup import escape

from tutor.base import interrupts
from tutor.base.cancel import Cancel
from tutor.base.errors import ExitCode, TutorError, UsageError
from tutor.cli.columns import Columns
from tutor.cli.console import bar, console
from tutor.cli.language import language_option, texts
from tutor.cli.options import json_option, plain_option, stack_option, workspace_option
from tutor.cli.speech import say
from tutor.cli.spoken import SpokenGroup
from tutor.events import Event, ServiceStarted
from tutor.learner.session import Session
from tutor.learner.workspace import Workspace
from tutor.words.texts import Texts

if TYPE_CHECKING:
    from tutor.stack.gauge import Reading

BAR = 14
"""Columns of a full bar."""
GLANCE = 0.3
"""Seconds over which CPU is measured for a single look."""


@click.group(cls=SpokenGroup)
@language_option
def command() -> None:
    """Start, stop and look at the services."""


@command.command()
@language_option
@stack_option
@workspace_option
def up(where: str, workspace: Path) -> int:
    """Serve your shop for a browser until Ctrl-C, with the debug toolbar."""
    from tutor.learner.showroom import Showroom

    session = Session(Workspace.at(workspace).folder, where)
    out, words = console(), texts()

    def tell(event: Event) -> None:
        if isinstance(event, ServiceStarted):
            said = f"{event.service} ▸ 127.0.0.1:{event.port} ({words.fixed(event.seconds)} s)"
            out.print(said, markup=False)

    try:
        url = Showroom(session).open(session.level, Cancel(), tell)
        out.print(f"[bold]{url}/[/]  {words('stack.until')}")
        while not session.stack.wait_until_gone(3600):
            pass
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    finally:
        session.stack.release()
        interrupts.wait(session.stack.wait_until_gone)
    out.print(words("stack.ended"))
    return ExitCode.DONE


@command.command()
@language_option
@stack_option
@workspace_option
def down(where: str, workspace: Path) -> None:
    """Stop every service of this workspace, leftovers of a killed tutor included."""
    stopped = Session(workspace, where).stack.shutdown()
    say(texts()("stack.stopped" if stopped else "stack.nothing"))


@command.command()
@click.option("--watch", "watching", is_flag=True)
@plain_option
@json_option
@language_option
@stack_option
@workspace_option
def status(watching: bool, plain: bool, as_json: bool, where: str, workspace: Path) -> int:
    """Show which services run, and what each of them and each server uses."""
    from tutor.cli.watching import say_lines, watch, watch_as_json
    from tutor.stack.gauge import INTERVAL, Gauge
    from tutor.views.monitor import Heard, lines

    session = Session(workspace, where)
    words = texts()
    gauge = Gauge(session.stack)
    gauge.look()
    try:
        time.sleep(INTERVAL if watching else GLANCE)
        if watching and as_json:
            watch_as_json(gauge.look)
        elif watching:
            watch(
                gauge.look,
                lambda reading: _picture(reading, words),
                Heard(words).lines,
                words,
                plain=plain,
            )
        elif as_json:
            click.echo(json.dumps(gauge.look().to_json()))
        elif plain:
            reading = gauge.look()
            say_lines(line.said for line in lines(words, reading).values())
            _say_opened_before(session, reading, words)
        else:
            console().print(_picture(gauge.look(), words))
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    return ExitCode.DONE


def _say_opened_before(session: Session, reading: "Reading", words: Texts) -> None:
    """Say which services the shop for a browser lacks, where stack.toml has changed since."""
    from tutor.stack.plan import STACK_FILE, read_plan
    from tutor.views.planned import unlike_plan

    # Where there is no such file, or none that can be read, nobody can start it anew either.
    with suppress(TutorError):
        plan = read_plan(session.workspace.folder / STACK_FILE)
        if changed := unlike_plan(plan, reading):
            said = {"services": ", ".join(changed), "word": "tutor swap mine"}
            say(words("monitor.opened_before", **said))


def _picture(reading: "Reading", words: Texts) -> RenderableType:
    """Return a reading as two tables: the servers, then the services."""
    if not reading.services:
        return words("monitor.nothing")
    is_held = any(server.is_held for server in reading.servers)
    meaning = [words("monitor.held_means")] if is_held else []
    return Group(_servers(reading, words), *meaning, "", _services(reading, words))


def _servers(reading: "Reading", words: Texts) -> Columns:
    from tutor.views.monitor import disk, of_site, share_of

    table = _table(words, "server", "CPU", "", "share", "throttled", "memory", "disk")
    for server in reading.servers:
        table.add_row(
            escape(of_site(words, server.name, server.site, reading)),
            f"{server.cpu_percent:.0f} %",
            bar(server.cpu_percent, BAR),
            share_of(words, server),
            f"{server.throttled_percent:.0f} %" if server.is_held else "–",
            f"{server.memory_mb:.0f} MB",
            disk(words, server.disk_kb_per_second),
        )
    return table


def _services(reading: "Reading", words: Texts) -> Columns:
    from tutor.views.monitor import how_it_ended, of_site, own_figures

    table = _table(words, "service", "server", "port", "CPU", "memory", "own")
    for service in reading.services:
        mark = "●" if service.running else "○" if service.stopping else "✖"
        name = of_site(words, service.title, service.site, reading)
        ended = how_it_ended(words, service)
        table.add_row(
            f"{mark} {escape(name)}",
            escape(service.server or "–"),
            str(service.port or "–"),
            f"{service.cpu_percent:.0f} %",
            f"{service.memory_mb:.0f} MB",
            escape(own_figures(words, service, reading)) if service.running else ended,
        )
    return table


def _table(words: Texts, *titles: str) -> Columns:
    table = Columns(gap=1)
    for title in titles:
        known = words.has(f"monitor.{title}")
        said = words(f"monitor.{title}") if known else title
        table.add_column(said, keep=title not in ("own", "share"), prose=title == "own")
    return table


@command.command()
@click.argument("service", required=False, default="")
@click.option("-n", "--lines", default=50, show_default=True)
@click.option("--filter", "wanted", default="", metavar="TEXT")
@click.option("--errors", is_flag=True)
@language_option
@stack_option
@workspace_option
def logs(service: str, lines: int, wanted: str, errors: bool, where: str, workspace: Path) -> None:
    """Print the end of a service's log; without SERVICE, name the logs there are."""
    from tutor.views.log import log_names, logs_meant, read_log

    session = Session(workspace, where)
    names, meant = log_names(session.stack), logs_meant(session.stack, service)
    if not service:
        say("\n".join(names) or texts()("plain.no_logs"))
        return
    if len(meant) > 1:
        raise UsageError.named("which_log", hint="meant", name=service, words=", ".join(meant))
    if not meant:
        raise UsageError.named("no_log_of", service=service, logs=", ".join(names) or "none")
    (name,) = meant
    if name != service:
        say(f"{name}:", err=True)
    found = read_log(session.stack, name, wanted, errors=errors, size=400 * lines)
    for line in found[-lines:]:
        click.echo(line.text)
