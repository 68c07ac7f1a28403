"""Drive the game: press keys, wait for what they set off, read the screen."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from textual import events
from textual.pilot import Pilot

Play = Callable[..., AbstractAsyncContextManager[Pilot[int]]]


async def settled(pilot: Pilot[int]) -> None:
    """Wait until every worker but the watcher of the files has ended, and its messages are read."""
    await ended(pilot, lambda group: group not in ("watch", "monitor", "run"))


async def ended(pilot: Pilot[int], is_meant: Callable[[str], bool]) -> None:
    """Wait until no worker of the groups that are meant is at work, and their messages are read."""
    quiet = 0
    deadline = time.monotonic() + 10
    while quiet < 3:
        assert time.monotonic() < deadline, f"still at work: {list(pilot.app.workers)}"
        await asyncio.sleep(0.01)
        await pilot._wait_for_screen()
        busy = [w for w in pilot.app.workers if is_meant(w.group) and not w.is_finished]
        quiet = 0 if busy else quiet + 1


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press *keys* one by one, waiting for what each sets off."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await settled(pilot)


async def run_ended(pilot: Pilot[int]) -> None:
    """Wait for the end of the run that is on."""
    await ended(pilot, lambda group: group == "run")
    await settled(pilot)


def text_of(pilot: Pilot[int]) -> str:
    """Return what is on the screen, as text."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def shown(pilot: Pilot[int], text: str) -> str:
    """Return the screen as text, at the latest when it has had two seconds to show *text*."""
    deadline = time.monotonic() + 2
    while text not in (screen := text_of(pilot)) and time.monotonic() < deadline:
        await pilot.pause(0.02)
    return screen
