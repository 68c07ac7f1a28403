"""A slow reader, and two who write at once: in the one order that goes wrong, each time."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from .looks import HOOK
from .reading import truth_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tutor.lab import Lab

    from .edits import Edits
    from .looks import Looks

PATIENCE = 15.0
"""Seconds a visitor waits."""
SAVED = 1.5
"""Seconds after which it is not waited for any longer that somebody has saved: what runs after the
commit may itself stand at our gate, or behind who does.
"""
LINGERS = 3.0
"""Seconds for which one reader is slower still: who deletes twice does so within two."""
COMMITTED = 4.0
"""Seconds after which an edit that is not committed waits for whoever stands at our gate."""


class Overlaps:
    """What nobody sees who tries things one after the other."""

    def __init__(self, lab: Lab, looks: Looks, edits: Edits) -> None:
        self._lab = lab
        self._looks = looks
        self._edits = edits

    def play(self) -> None:
        """Force each overlap, and count those after which the shelf is wrong.

        One that did not come about says nothing. Where readers never compute, writers do.
        """
        lab, edits = self._lab, self._edits
        forced = [self._read_slowly(edits.price), self._write_at_once()]
        if not lab.quick:
            forced.append(self._read_slowly(edits.ten_per_cent_off, lingers=LINGERS))
        haunted = [is_haunted for is_haunted in forced if is_haunted is not None]
        if haunted:
            lab.measure("haunted", sum(haunted))
        else:
            lab.find("overlap_unseen", tries=len(forced))

    def _read_slowly(self, edit: Callable[[], None], *, lingers: float = 0.0) -> bool | None:
        """Have a reader compute from before an *edit* and be done with it afterwards.

        It *lingers* for so many seconds more. Returns whether the shelf is wrong then; None where
        no reader computes.
        """
        looks = self._looks
        callers = self._lab.callers(patience=PATIENCE)
        for outdate in self._edits.outdating:
            outdate()
            with ExitStack() as gate:
                gate.enter_context(looks.books.holding(1))
                is_held = looks.is_computed_for(callers)
                if is_held:
                    self._do_meanwhile(edit, gate, lingers=lingers)
            callers.wait()
            if is_held:
                versioned = bool(looks.new_keys())
                return self._is_haunted("generation_late" if versioned else "slow_reader")
        return None

    def _write_at_once(self) -> bool | None:
        """Have two people save, of whom the first one's shelf is done last.

        Returns whether the shelf is wrong then; None where who saves does not compute.
        """
        lab, looks, edits = self._lab, self._looks, self._edits
        first, second = lab.staff(), lab.staff(another=True)
        with ExitStack() as gate:
            gate.enter_context(looks.books.holding(1))
            with edits.saving(lambda: edits.price(first)) as is_saved, gate:
                lab.wait_until(
                    lambda: looks.books.held or is_saved.is_set(),
                    timeout=lab.patience(SAVED + COMMITTED),
                )
                if not lab.wait_until(lambda: looks.books.held, timeout=lab.patience(HOOK)):
                    return None
                self._do_meanwhile(lambda: edits.price(second), gate)
        return self._is_haunted("swapped")

    def _do_meanwhile(
        self, edit: Callable[[], None], gate: ExitStack, *, lingers: float = 0.0
    ) -> None:
        """Edit, and open the *gate* once that is saved, or where it waits for who stands there."""
        lab = self._lab
        before = truth_of(lab.shop)
        with self._edits.saving(edit) as is_saved, gate:
            if lab.wait_until(is_saved.is_set, timeout=lab.patience(SAVED)):
                lab.cancel.wait(lingers)
            elif truth_of(lab.shop) == before:
                # A slow machine is still at it.
                lab.wait_until(
                    lambda: is_saved.is_set() or truth_of(lab.shop) != before,
                    timeout=lab.patience(COMMITTED),
                )
                lab.wait_until(is_saved.is_set, timeout=lab.patience(HOOK))

    def _is_haunted(self, finding: str) -> bool:
        seen = self._looks.must_be_true()
        if seen.wrong:
            self._lab.find_once(finding, **seen.first.values)
            self._lab.shop.empty_caches()
        return bool(seen.wrong)
