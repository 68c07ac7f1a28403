"""The command line."""

import sys


def main() -> None:
    """Run the command and exit with its code; the group has told an expected failure."""
    from tutor.cli.group import cli
    from tutor.errors import ExitCode

    try:
        code = cli.main(standalone_mode=False)
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stderr.close()
        sys.exit(ExitCode.DONE)
    except Exception as error:  # noqa: BLE001 - raised again unless Click made it
        from tutor.cli.failure import show_click_failure

        sys.exit(show_click_failure(error))
    sys.exit(code or ExitCode.DONE)
