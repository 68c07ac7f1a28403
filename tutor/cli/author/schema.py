"""``tutor author schema``: what an editor needs to check ``level.toml`` while it is written."""

import json

import click

from tutor.cli.spoken import Spoken


@click.command(cls=Spoken)
def schema() -> None:
    """Print the JSON schema of level.toml."""
    from tutor.curriculum.schema import level_schema

    click.echo(json.dumps(level_schema(), indent=2))
