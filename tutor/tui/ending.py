"""End in order when the terminal closes or somebody asks us to."""

import asyncio
import os
import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.tui.app import TutorApp

PATIENCE = 5.0
"""Seconds for an orderly end; then the process ends as it is and its supervisor tidies up."""


def ends_in_order(app: "TutorApp") -> None:
    """Leave the app on SIGTERM and SIGHUP as if the learner had quit."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        # Only the main thread may listen for signals.
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, _end, app, number)


def _end(app: "TutorApp", number: int) -> None:
    code = 128 + number
    deadline = threading.Timer(PATIENCE, os._exit, (code,))
    deadline.daemon = True
    deadline.start()
    app.run_worker(app.leave(code), group="leave", exclusive=True)
