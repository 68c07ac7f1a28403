"""Drive the game: press keys, wait for what they set off, read the screen."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from textual import events
from textual.message_pump import MessagePump
from textual.pilot import Pilot

PATIENCE = 30.0
"""Seconds after which what did not come will not: a busy machine draws slowly."""

SIZES = [(80, 24), (100, 30), (140, 45)]
"""Columns and rows of the terminals that a screen must fit."""

Play = Callable[..., AbstractAsyncContextManager[Pilot[int]]]


async def settled(pilot: Pilot[int]) -> None:
    """Wait until every worker but the watcher of the files has ended, and its messages are read."""
    await ended(pilot, lambda group: group not in ("watch", "monitor", "run"))


async def ended(pilot: Pilot[int], is_meant: Callable[[str], bool]) -> None:
    """Wait until no worker of the groups that are meant is at work, and their messages are read."""
    quiet = 0
    deadline = time.monotonic() + PATIENCE
    while quiet < 3:
        assert time.monotonic() < deadline, f"still at work: {list(pilot.app.workers)}"
        await asyncio.sleep(0.01)
        # On a busy machine a key may still be on its way: from the app to its screen, then on.
        for node in (pilot.app, pilot.app.screen, pilot.app):
            await caught_up(node)
        await pilot._wait_for_screen()
        busy = [w for w in pilot.app.workers if is_meant(w.group) and not w.is_finished]
        quiet = 0 if busy else quiet + 1


async def caught_up(node: MessagePump) -> None:
    """Wait until *node* has read what was sent to it before; one that is closing reads no more."""
    read = asyncio.Event()
    if node.call_later(read.set):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(read.wait(), 1)


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
    """Return the screen as text, at the latest when it has had its time to show *text*."""
    deadline = time.monotonic() + PATIENCE
    while text not in (screen := text_of(pilot)) and time.monotonic() < deadline:
        await pilot.pause(0.02)
    return screen


async def until(pilot: Pilot[int], condition: Callable[[], object]) -> None:
    """Wait until *condition* holds; fail if it never does."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        await pilot.pause(0.02)


def words_of_toasts(pilot: Pilot[int]) -> str:
    """Return what the notices say."""
    return " ".join(note.message for note in pilot.app._notifications)
