"""The rows in which a shop's services start: what the shop asks, the shop, and its door."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from tutor.stack.services.base import ServiceContext

SHOPS_OWN = ("gunicorn", "worker", "flower")
"""The kinds that run the shop's own code, each in processes of its own."""
LOOKED_AT = ("flower",)
"""Services for people to look at: what nobody looks at does without."""
ROWS = ("behind", "shop", "door")
"""Each row starts when the one before it is up."""


class Rows:
    """Starts services row after row; those of a row do not wait for each other."""

    def __init__(self) -> None:
        self._late: list[tuple[ServiceContext, Future[None]]] = []
        """What has begun to start, and is waited for later."""

    def start(
        self,
        contexts: Sequence[ServiceContext],
        start: Callable[[ServiceContext], None],
        later: Collection[str] = (),
    ) -> None:
        """Have *start* start each service; those of the kinds *later* are not waited for."""
        for name in ROWS:
            row = [context for context in contexts if row_of(context.kind) == name]
            if not row:
                continue
            pool = ThreadPoolExecutor(len(row))
            starts = [(one, pool.submit(start, one)) for one in row]
            pool.shutdown(wait=False)
            self._late += [(one, begun) for one, begun in starts if one.kind in later]
            _finish([begun for one, begun in starts if one.kind not in later])

    def complete(self) -> None:
        """Wait until what was to start later has started.

        Raises:
            ShopError: it does not start, because of what is in the shop's files.
        """
        late, self._late = self._late, []
        _finish([begun for _, begun in late])

    def end(self, stop: Callable[[ServiceContext], None]) -> None:
        """Have *stop* end what has not started yet: nobody waits for it any more."""
        late, self._late = self._late, []
        for context, begun in late:
            if not begun.done():
                stop(context)
        wait([begun for _, begun in late])


def _finish(starts: Sequence[Future[None]]) -> None:
    """Wait for all; raise what the first one raised that failed."""
    wait(starts)
    for start in starts:
        start.result()


def row_of(kind: str) -> str:
    """Return in which row a kind of service starts."""
    if kind == "nginx":
        return "door"
    # Nobody sends a mail before the shop is up.
    return "shop" if kind in (*SHOPS_OWN, "mail") else "behind"
