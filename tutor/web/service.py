"""One game for one browser window: a process of its own that ends when the window is closed."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from typing import Any

from textual_serve.app_service import AppService

from tutor.web import SERVER

PATIENCE = 7.0
"""Seconds for a game to end in order; it gives itself five."""


class GameService(AppService):
    """The process of a game, and what goes between it and its window."""

    def __init__(self, words: Sequence[str], **to_window: Any) -> None:
        super().__init__("tutor start", **to_window)
        self.words = words
        self._says_goodbye = False

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        """Return the game's environment: it is told who serves it."""
        environment: dict[str, str] = super()._build_environment(width, height)
        # As often as a terminal would; more only takes from the load test.
        return environment | {SERVER: str(os.getpid()), "TEXTUAL_FPS": "30"}

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Start the game without a shell in between, out of reach of our terminal's Ctrl-C."""
        self._process = process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "tutor", "start", *self.words),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._build_environment(width, height),
            start_new_session=True,
        )
        self._stdin = process.stdin
        return process

    async def on_meta(self, data: bytes) -> None:
        """Pass on what the game asks of the window; notice that it is about to end."""
        self._says_goodbye = self._says_goodbye or b'"exit"' in data
        await super().on_meta(data)

    async def stop(self) -> None:
        """End the game as if its terminal had been closed: what is not saved is kept first."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None and not self._says_goodbye:
            process.send_signal(signal.SIGHUP)
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            process.kill()
            await process.wait()
        if self._task is not None:
            await self._task
            self._task = None
