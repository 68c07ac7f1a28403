"""What comes while something is done waits, and is done at once afterwards."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

Asked = TypeVar("Asked")
AT_ONCE = 64
"""As many are done before the first of them is answered."""


class Together(Generic[Asked]):
    """Does what is asked of it, in order, as much at once as has come meanwhile."""

    def __init__(self, do: Callable[[list[Asked]], Awaitable[list[Any]]]) -> None:
        self._do = do
        self._waiting: list[tuple[Asked, asyncio.Future[Any]]] = []
        self._doing: asyncio.Task[None] | None = None

    async def done(self, asked: Asked) -> Any:
        """Return what became of *asked*, or raise it."""
        told: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, told))
        if self._doing is None or self._doing.done():
            # Not in the task of a request: it ends with its client, and others wait for this.
            self._doing = asyncio.create_task(self._work())
        return await told

    async def _work(self) -> None:
        while self._waiting:
            # Whoever has gone meanwhile comes again, and would find a seat that nobody has.
            here = [one for one in self._waiting if not one[1].done()]
            now, self._waiting = here[:AT_ONCE], here[AT_ONCE:]
            try:
                results = await self._do([asked for asked, _ in now])
            except Exception as error:  # noqa: BLE001 - whoever waits is told
                results = [error] * len(now)
            for (_, told), result in zip(now, results, strict=True):
                _tell(told, result)


def _tell(told: "asyncio.Future[Any]", result: Any) -> None:
    """Hand on what became of it, to whoever waits for it still."""
    if told.done():
        return
    if isinstance(result, Exception):
        told.set_exception(result)
    else:
        told.set_result(result)
