"""Every command there is, with its words."""

from collections.abc import Iterator

import click

from tutor.cli.group import cli


def commands(words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield the words and the command of everything below the command of *words*."""
    group = found(words)
    yield words, group
    if isinstance(group, click.Group):
        for name in group.list_commands(click.Context(group)):
            yield from commands((*words, name))


def found(words: tuple[str, ...]) -> click.Command:
    """Return the command that *words* name."""
    command: click.Command = cli
    for word in words:
        assert isinstance(command, click.Group)
        below = command.get_command(click.Context(command), word)
        assert below is not None
        command = below
    return command
