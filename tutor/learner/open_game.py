"""One game on one folder: whoever opens a second one hears of the first before it begins."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tutor.base.errors import TutorError
from tutor.base.locks import if_free
from tutor.run.runlock import Holder, sign


@contextmanager
def open_game(stack_folder: Path) -> Iterator[Holder | None]:
    """Have the game open during the block; lend who had it open before, None where nobody had.

    The kernel frees the lock however its holder ends. Where there can be none, nobody knows.
    """
    path = stack_folder / "game.lock"
    other = None
    with ExitStack() as held:
        with suppress(TutorError):
            ours = held.enter_context(if_free(path))
            if ours is None:
                other = Holder.read(path)
            else:
                sign(ours)
        yield other
