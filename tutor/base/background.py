"""Threads that look on while something happens, and cannot fail unseen."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tutor.base.errors import Cancelled, TutorError

END = 5.0
"""Seconds that the work may take to notice that it is over."""


class Background:
    """Work done in a thread of its own during a block; its failure is the block's.

    The work is handed an event that is set at the end of the block, waits on it between two looks
    and returns once it is set. Whoever has to know earlier calls :meth:`check`.
    """

    def __init__(self, name: str, work: Callable[[threading.Event], None]) -> None:
        self.name = name
        self.over = threading.Event()
        self.failure: Exception | None = None
        """What ended the work before its time."""
        self._work = work
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """End.

        Raises:
            TutorError: the work failed, or does not end; an error of the block itself goes first.
        """
        self.over.set()
        self._thread.join(timeout=END)
        if error is None:
            self.check()
            if self._thread.is_alive():
                raise TutorError.named("watcher_stuck", hint="not_yours", watcher=self.name)
        elif self.failure is not None:
            error.add_note(f"Meanwhile {self.name} failed: {self.failure!r}")

    def check(self) -> None:
        """Raise what went wrong so far.

        Raises:
            TutorError: the work failed.
        """
        failure = self.failure
        if isinstance(failure, TutorError | Cancelled):
            raise failure
        if failure is not None:
            raise TutorError.named(
                "watcher_failed",
                hint="not_yours",
                watcher=self.name,
                kind=type(failure).__name__,
                said=failure,
            ) from failure

    def _run(self) -> None:
        try:
            self._work(self.over)
        except Exception as error:  # noqa: BLE001 - carried to the end of the block
            self.failure = error
