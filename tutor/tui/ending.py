"""End in order when the terminal closes or somebody asks us to; asked again, end at once."""

import asyncio
import os
import signal
import threading
from contextlib import suppress
from typing import Any, Protocol

PATIENCE = 5.0
"""Seconds for an orderly end; then the process ends as it is and its supervisor tidies up."""

HURRY = 0.5
"""Seconds that are left of it once somebody asks again."""


class Leaves(Protocol):
    """An app that can be asked to end."""

    is_ending: bool
    """Whether a signal asked for the end."""

    async def leave(self, code: int = 0) -> None:
        """Let go of everything, and end."""

    async def settle(self) -> None:
        """Cancel what is on, wait for its worker, and let the services go."""

    def run_worker(self, work: Any, *, group: str, exclusive: bool) -> Any:
        """Run *work* in the background."""


def ends_in_order(app: Leaves) -> None:
    """Leave the app on SIGINT, SIGTERM and SIGHUP as if the learner had quit."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Only the main thread may listen for signals.
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, _end, app, number)


def _end(app: Leaves, number: int) -> None:
    code = 128 + number
    is_first, app.is_ending = not app.is_ending, True
    deadline = threading.Timer(PATIENCE if is_first else HURRY, os._exit, (code,))
    deadline.daemon = True
    deadline.start()
    if not is_first:
        return
    if number == signal.SIGHUP:
        _turn_from_the_terminal()
        app.run_worker(_end_without_terminal(app, code), group="leave", exclusive=True)
    else:
        app.run_worker(app.leave(code), group="leave", exclusive=True)


async def _end_without_terminal(app: Leaves, code: int) -> None:
    """Tidy up and end at once: there is no screen to restore.

    Textual's own shutdown hands its writer a last word, and waits for good if that writer has
    already met the closed terminal.
    """
    try:
        await app.settle()
    finally:
        os._exit(code)


def _turn_from_the_terminal() -> None:
    """Point the standard streams at nothing, so that drawing cannot block on what is gone."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
