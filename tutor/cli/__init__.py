"""The command line: what is typed becomes a wish, and what happens is printed.

Only this room knows Click, and it opens the game in one place; nobody imports it.
It may not know a rule of the game or a service.
"""

import gc
import sys

from tutor.base import interrupts


def main() -> None:
    """Run the command and exit with its code; the group has told an expected failure."""
    code = 130
    # What is imported stays: nothing is searched for garbage before the command is there.
    gc.disable()
    try:
        interrupts.listen()
        code = _run()
    except KeyboardInterrupt:
        pass
    interrupts.leave(code)


def _run() -> int:
    from tutor.base.errors import ExitCode
    from tutor.cli.group import COMPLETE, cli

    _take_any_character()
    try:
        return cli.main(standalone_mode=False, complete_var=COMPLETE) or ExitCode.DONE
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stderr.close()
        return ExitCode.DONE
    except Exception as error:  # noqa: BLE001 - raised again unless Click made it
        from tutor.cli.failure import show_click_failure

        return show_click_failure(error)


def _take_any_character() -> None:
    """Let a name of a file that is no text, or a terminal of few letters, cost a sign only."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")
