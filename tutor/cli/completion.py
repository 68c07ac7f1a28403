"""``tutor completion``: the shell completes commands, options, levels and variants."""

import os
import shutil
from pathlib import Path

import click

from tutor.base.errors import UsageError
from tutor.cli.language import language_option, texts
from tutor.cli.shell_setup import SETUPS
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken

PROGRAM = "tutor"


@click.command(cls=Spoken)
@click.option("--install", "wish", flag_value="install")
@click.option("--uninstall", "wish", flag_value="uninstall")
@click.option("--shell", type=click.Choice(tuple(SETUPS)))
@language_option
def command(wish: str | None, shell: str | None) -> None:
    """Print the script that lets your shell complete; --install sets it up."""
    words = texts()
    name = shell or _shell_of_environment()
    setup = SETUPS[name]()
    if wish is None:
        click.echo(script(name), nl=False)
    elif wish == "uninstall":
        touched = setup.uninstall()
        _tell(words("completion.nothing"), touched, words("completion.removed"))
    else:
        touched = setup.install(script(name))
        _tell(words("completion.already", shell=name), touched, words("completion.written"))
        say(words("completion.how", shell=name))
        if shutil.which(PROGRAM) is None:
            say(words("completion.no_path"))


def script(shell: str) -> str:
    """Return the script for *shell*, as Click writes it."""
    from click.shell_completion import get_completion_class

    from tutor.cli.group import COMPLETE, cli

    kind = get_completion_class(shell)
    assert kind is not None, "Click knows every shell that we set up"
    return kind(cli, {}, PROGRAM, COMPLETE).source()


def _tell(nothing: str, touched: list[Path], done: str) -> None:
    """Say which files were touched."""
    for path in touched:
        say(f"{done} {path}")
    if not touched:
        say(nothing)


def _shell_of_environment() -> str:
    """Return the learner's login shell.

    Raises:
        UsageError: it is none that we set up.
    """
    name = Path(os.environ.get("SHELL", "")).name
    if name not in SETUPS:
        raise UsageError.named("which_shell", known=", ".join(SETUPS))
    return name
