"""The learner's own editor."""

import os
import shlex
import subprocess
from pathlib import Path

from tutor.base.errors import TutorError


def command_of_editor() -> str:
    """Return the command of the learner's editor; empty where none is set."""
    return (os.environ.get("VISUAL") or os.environ.get("EDITOR") or "").strip()


def edit_outside(command: str, path: Path) -> None:
    """Edit *path* until the editor ends.

    Raises:
        TutorError: it cannot be started, or it failed.
    """
    try:
        code = subprocess.run([*shlex.split(command), str(path)], check=False).returncode
    except (OSError, ValueError) as error:
        raise _failed(command, getattr(error, "strerror", "") or str(error)) from error
    if code != 0:
        raise _failed(command, str(code))


def _failed(command: str, reason: str) -> TutorError:
    return TutorError.named("editor_failed", hint="no_editor_hint", command=command, reason=reason)
