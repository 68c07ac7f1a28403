"""Lines that somebody types, and a bell that may ring before the next one is there."""

import codecs
import os
import select
import sys
from typing import Protocol, TextIO

AT_ONCE = 65536
"""Bytes that are read at once; a terminal gives a line, a pipe whatever is in it."""


class Bell(Protocol):
    """Something that is waited for beside the next line."""

    def fileno(self) -> int:
        """Return the descriptor that can be read once it has rung."""


class Rung(Exception):
    """The bell rang before a line was there."""


class Typed:
    """Lines of *source*; those of a descriptor are waited for together with a bell."""

    def __init__(self, source: TextIO) -> None:
        self._source = source
        self._descriptor = _descriptor(source)
        decoder = codecs.getincrementaldecoder(getattr(source, "encoding", None) or "utf-8")
        self._decode = decoder(errors="replace").decode
        self._left = ""
        """What was read behind the last line."""

    @property
    def hears_bells(self) -> bool:
        """Return whether anything else can be waited for meanwhile."""
        return self._descriptor is not None

    def line(self, bell: Bell | None = None) -> str:
        """Return the next line with its end; empty at the end of the input.

        Raises:
            Rung: *bell* rang before it was there. What was typed by then is not lost.
        """
        if self._descriptor is None:
            return self._source.readline()
        is_over = False
        while "\n" not in self._left and not is_over:
            if bell is not None:
                self._wait(self._descriptor, bell)
            data = os.read(self._descriptor, AT_ONCE)
            is_over = not data
            self._left += self._decode(data, is_over)
        line, end, self._left = self._left.partition("\n")
        return line + end

    def _wait(self, descriptor: int, bell: Bell) -> None:
        ready, _, _ = select.select([descriptor, bell.fileno()], [], [])
        if descriptor not in ready:
            raise Rung


def _descriptor(source: TextIO) -> int | None:
    """Return the descriptor of *source*; None where nothing can be waited for beside it."""
    if sys.platform == "win32":
        return None
    try:
        return source.fileno()
    except OSError:
        return None
