"""How a failure looks on the command line: what happened, then one thing to do next."""

import click

from tutor.errors import ExitCode, TutorError


def show_failure(error: TutorError) -> None:
    """Print *error* as two lines on stderr."""
    click.secho(f"Error: {error.message}", fg="red", err=True)
    if error.hint:
        click.echo(f"Hint: {error.hint}", err=True)


def show_click_failure(error: Exception) -> int:
    """Print an error of Click's and return the exit code; raise what we cannot explain."""
    if isinstance(error, click.Abort):
        return ExitCode.INTERRUPTED
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        error.show()
        return error.exit_code
    raise error
