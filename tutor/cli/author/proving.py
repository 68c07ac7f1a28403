"""The stack on which levels are proved."""

from collections.abc import Iterator
from contextlib import contextmanager

from tutor.base import interrupts
from tutor.base.paths import data_root
from tutor.run.runlock import run_lock
from tutor.stack.stack import Stack


@contextmanager
def proving() -> Iterator[Stack]:
    """Lend the stack of all proofs; it ends with the block."""
    stack = Stack(data_root() / "stacks" / "author")
    with run_lock(stack.folder):
        # Nobody else proves anything here: otherwise every answer would fail for that.
        stack.up()
    try:
        yield stack
    finally:
        stack.release()
        interrupts.wait(stack.wait_until_gone)
