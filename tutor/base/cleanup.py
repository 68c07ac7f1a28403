"""Clean up to the end: one step that fails keeps none of the others from being taken."""

import contextlib
import time
import traceback
from collections.abc import Callable
from pathlib import Path


class CleanUp:
    """Steps that are all taken, whatever becomes of each; *log* is told of those that failed."""

    def __init__(self, log: Path) -> None:
        self.failures: list[Exception] = []
        self._log = log

    def step(self, what: str, act: Callable[[], object]) -> None:
        """Take one step, which is *what*."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the next step must be taken
            self.failures.append(error)
            self._write(what, error)

    def _write(self, what: str, error: Exception) -> None:
        at = time.strftime("%Y-%m-%d %H:%M:%S")
        said = "".join(traceback.format_exception(error))
        # A disk that is full is no reason to leave the rest undone.
        with contextlib.suppress(OSError), self._log.open("a", encoding="utf-8") as log:
            log.write(f"{at} could not {what}\n{said}")
