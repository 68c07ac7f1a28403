"""The stack on which levels are proved."""

from collections.abc import Iterator
from contextlib import contextmanager

from tutor.base import interrupts
from tutor.base.paths import data_root
from tutor.learner.stacks import stack_in
from tutor.run.runlock import run_lock
from tutor.stack.stack import Stack


@contextmanager
def proving(where: str = "local") -> Iterator[Stack]:
    """Lend the stack of all proofs, which run *where* it says; it ends with the block."""
    stack = stack_in(data_root() / "stacks" / f"author-{where}", where)
    with run_lock(stack.folder):
        # Nobody else proves anything here: otherwise every answer would fail for that.
        stack.up()
    try:
        yield stack
    finally:
        stack.release()
        interrupts.wait(stack.wait_until_gone)
