"""A port that takes connections and never answers, as a server that fell silent."""

from collections.abc import Iterator
from contextlib import contextmanager

from tutor.base.cancel import Cancel
from tutor.stack.black_hole import BlackHole


@contextmanager
def black_hole(hole: BlackHole, cancel: Cancel) -> Iterator[BlackHole]:
    """Have *hole* take connections during the block."""
    hole.stack.start(hole, cancel)
    try:
        yield hole
    finally:
        hole.stack.stop(hole.name, grace=0)
