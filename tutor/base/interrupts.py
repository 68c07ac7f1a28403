"""Ctrl-C, for every command: the first asks for an end, the ones after it ask to hurry.

The first raises ``KeyboardInterrupt`` where the command is, and the command unwinds: its run is
cancelled, its stack let go. Whoever presses it again while that happens is impatient, and an
exception in the middle of tidying up would help nobody: from then on nothing is raised any more,
and whoever waits with :func:`wait` or :func:`join` stops waiting. What is left of the stack then
ends with our process, for its supervisor watches us.

SIGTERM and SIGHUP end a command as ``kill -9`` does, by the kernel, and the supervisor tidies up;
the game on screens, which has a terminal to restore, listens for them itself: see
:mod:`tutor.tui.ending`.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

LOOK = 0.05
"""Seconds between two looks whether somebody asked to hurry."""
PATIENCE = 10.0
"""Seconds for what is being tidied up, where nobody does."""

_asked = False
_in_haste = False
"""Plain words, no lock: one signal may come while another one is being taken in."""


def listen() -> None:
    """Take SIGINT over for this process, unless it is ignored or somebody else's already."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _on_interrupt)
        sys.unraisablehook = _tell_unraisable


def _on_interrupt(number: int, frame: FrameType | None) -> None:
    global _asked, _in_haste  # noqa: PLW0603 - a process has one Ctrl-C
    if _asked:
        _in_haste = True
        return
    _asked = True
    raise KeyboardInterrupt


def _tell_unraisable(unraisable: "sys.UnraisableHookArgs") -> None:
    """Repeat an interrupt that came where nobody can catch it, for example in a finalizer."""
    if unraisable.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(unraisable)
        return
    # Not from here: an exception in this place would be swallowed as well.
    threading.Timer(LOOK, _ask_anew).start()


def _ask_anew() -> None:
    again()
    signal.raise_signal(signal.SIGINT)


def again() -> bool:
    """Let the next Ctrl-C ask for an end anew; return whether somebody had asked to hurry.

    For a command that goes on after what was interrupted.
    """
    global _asked, _in_haste
    was_in_haste, _in_haste, _asked = _in_haste, False, False
    return was_in_haste


def wait(is_over: Callable[[float], bool], patience: float = PATIENCE) -> bool:
    """Call *is_over* with a few moments until it says so; give up where somebody asks to hurry."""
    deadline = time.monotonic() + patience
    while not _in_haste:
        left = deadline - time.monotonic()
        if is_over(max(0.0, min(LOOK, left))):
            return True
        if left <= 0:
            break
    return False


def join(thread: threading.Thread, patience: float = PATIENCE) -> bool:
    """Wait for *thread*, as long as nobody asks to hurry; return whether it has ended."""

    def is_over(seconds: float) -> bool:
        thread.join(seconds)
        return not thread.is_alive()

    return wait(is_over, patience)


def leave(code: int) -> NoReturn:
    """End the process with *code*; nothing that comes now is in its way."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _in_haste:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                continue
        os._exit(code)
    sys.exit(code)
