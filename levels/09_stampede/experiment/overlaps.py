"""A slow reader, and two who write at once: in the one order that goes wrong, each time."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

from .looks import PATH

if TYPE_CHECKING:
    from collections.abc import Callable

    from tutor.lab import Lab

    from .edits import Edits
    from .looks import Looks

PATIENCE = 15.0
"""Seconds a visitor waits."""
BEGINS = 5.0
"""Seconds in which a reader has begun to compute."""
SAVED = 1.5
"""Seconds after which it is not waited for any longer that somebody has saved: what runs after the
commit may itself stand at our gate, or behind who does.
"""
HOOK = 0.3
"""Seconds in which what an edit asks of somebody else has begun."""


class Overlaps:
    """What nobody sees who tries things one after the other."""

    def __init__(self, lab: Lab, looks: Looks, edits: Edits) -> None:
        self._lab = lab
        self._looks = looks
        self._edits = edits

    def play(self) -> None:
        """Force each overlap, and count those after which the shelf is wrong."""
        forced = [self._read_slowly(self._edits.price), self._write_at_once()]
        if not self._lab.quick:
            forced.append(self._read_slowly(self._edits.ten_per_cent_off))
        self._lab.measure("haunted", sum(forced))

    def _read_slowly(self, edit: Callable[[], None]) -> bool:
        """Have a reader compute from before an *edit* and be done with it afterwards."""
        lab, looks = self._lab, self._looks
        lab.shop.empty_caches()
        callers = lab.callers(patience=PATIENCE)
        with ExitStack() as gate:
            gate.enter_context(looks.books.holding(1))
            callers.come(PATH)
            lab.wait_until(lambda: looks.books.held or not callers.waiting, timeout=BEGINS)
            self._do_meanwhile(edit, gate)
        callers.wait()
        versioned = bool(looks.new_keys())
        return self._is_haunted("generation_late" if versioned else "slow_reader")

    def _write_at_once(self) -> bool:
        """Have two people save, of whom the first one's shelf is done last."""
        lab, looks, edits = self._lab, self._looks, self._edits
        first, second = lab.staff(), lab.staff(another=True)
        is_saved = threading.Event()

        def save() -> None:
            edits.price(first)
            is_saved.set()

        with ExitStack() as gate:
            gate.enter_context(looks.books.holding(1))
            with lab.meanwhile(save):
                lab.wait_until(lambda: looks.books.held or is_saved.is_set(), timeout=SAVED)
                if lab.wait_until(lambda: looks.books.held, timeout=HOOK):
                    self._do_meanwhile(lambda: edits.price(second), gate)
                gate.close()
        return self._is_haunted("swapped")

    def _do_meanwhile(self, edit: Callable[[], None], gate: ExitStack) -> None:
        """Edit, and open the *gate* once that is saved, or where it waits for who stands there."""
        is_saved = threading.Event()

        def save() -> None:
            edit()
            is_saved.set()

        with self._lab.meanwhile(save):
            self._lab.wait_until(is_saved.is_set, timeout=SAVED)
            gate.close()

    def _is_haunted(self, finding: str) -> bool:
        seen = self._looks.must_be_true()
        if seen.wrong:
            self._lab.find_once(finding, **seen.first.values)
            self._lab.shop.empty_caches()
        return bool(seen.wrong)
