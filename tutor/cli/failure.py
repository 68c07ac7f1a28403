"""How a failure looks on the command line: what happened, then one thing to do next."""

from contextlib import nullcontext

import click
from click.exceptions import NoArgsIsHelpError

from tutor.base.errors import ExitCode, TutorError
from tutor.cli.language import texts
from tutor.cli.speech import say


def show_failure(error: TutorError) -> None:
    """Print *error* as two lines on stderr, in the learner's language."""
    words = texts()
    message, hint = words.error(error)
    say(words("failure.message", message=message), fg="red", err=True)
    if hint:
        say(words("failure.hint", hint=hint), err=True)


def show_notice(error: TutorError) -> None:
    """Print on stderr what went wrong without stopping the command."""
    for line in texts().error(error):
        if line:
            say(line, fg="yellow", err=True)


def show_click_failure(error: Exception) -> int:
    """Print an error of Click's and return the exit code; raise what we cannot explain."""
    if isinstance(error, click.Abort):
        return ExitCode.INTERRUPTED
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.UsageError) and not isinstance(error, NoArgsIsHelpError):
        _show_misuse(error)
        return error.exit_code
    if isinstance(error, click.ClickException):
        error.show()
        return error.exit_code
    raise error


def _show_misuse(error: click.UsageError) -> None:
    """Print how the command is called, where more is said, and what is wrong."""
    from tutor.cli.misuse import explained

    ctx = error.ctx
    with ctx.scope(cleanup=False) if ctx else nullcontext():
        if ctx:
            click.echo(ctx.get_usage(), err=True)
            say(texts()("usage.more", command=ctx.command_path) + "\n", err=True)
        show_failure(explained(error))
