"""``tutor author new``: begin a level."""

import os
import shlex
from pathlib import Path

import click

from tutor.author import levels_named, new_level
from tutor.base.paths import levels_of_others
from tutor.cli.spoken import Spoken


@click.command(cls=Spoken)
@click.argument("slug")
@click.option("--from", "source", default="", metavar="LEVEL")
def new(slug: str, source: str) -> None:
    """Begin a level: a complete draft, or another level's files."""
    _, levels = levels_named("")
    begun_as = levels_named(source)[0][0] if source else None
    folder = new_level(slug, levels, begun_as)
    click.secho(f"{folder} is written.", bold=True)
    click.echo("\nProve it, and play it:\n")
    click.echo(f"    tutor author check {shlex.quote(os.fspath(folder))}")
    click.echo(f"    {_found_by(folder)}tutor start {folder.name}")
    if source:
        click.echo(
            "\nIts shop begins as the levels before it leave theirs: the check names what does"
            " not fit there."
        )


def _found_by(folder: Path) -> str:
    """Return what to put before a command so that it finds the level; empty where it does."""
    if levels_of_others():
        return ""
    return f"LEVELUP_LEVELS={shlex.quote(os.fspath(folder.parent.absolute()))} "
