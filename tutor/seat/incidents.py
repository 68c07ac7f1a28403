"""Accidents that the room sends: only those we know by name, only to a shop that runs.

Nothing of what the room says is executed; it chooses among what stands here.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tutor.base import log
from tutor.base.errors import TutorError
from tutor.seat.inbox import BEGUN, REFUSED, WAITING, RoomMessage, inbox_file
from tutor.seat.reporter import Reporter

if TYPE_CHECKING:
    from tutor.stack.stack import Stack

PATIENCE = 600.0
"""Seconds that an incident waits for the end of a run: what is measured is left in peace."""
MISSED = "missed"
"""Why nothing happens that was sent before anybody could see it happen."""


class Unfit(Exception):
    """An incident cannot happen here; its word is the reason."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where an incident happens."""

    stack: "Stack"
    level: Callable[[], str]
    """Returns the level that the learner is in."""
    is_busy: Callable[[], bool]
    """Returns whether something is measured."""
    over: threading.Event
    """Set when the game ends."""


def door_of(scene: Scene) -> int:
    """Return the port of the shop that people look at.

    Raises:
        Unfit: there is none.
    """
    from tutor.stack.links import running_door

    port = running_door(scene.stack)
    if not port:
        raise Unfit("no_shop")
    return port


def empty_cache(scene: Scene) -> None:
    """Forget all that the shop's memcached holds, or the Redis that stands in for it."""
    from tutor.stack.links import service_of_site
    from tutor.stack.services import memcached, redis

    door_of(scene)
    cache = service_of_site(scene.stack, "memcached")
    flush = redis.flush if cache.info.program == "redis" else memcached.flush
    if not (cache.running and flush(cache.info.port)):
        raise Unfit("no_cache")


def send_crawler(scene: Scene) -> None:
    """Let a crawler walk through the shop while the learner works on."""
    from tutor.seat.crawler import crawl

    url = f"http://127.0.0.1:{door_of(scene)}"

    def is_over() -> bool:
        return scene.over.is_set() or scene.is_busy()

    threading.Thread(target=crawl, args=(url, is_over), name="crawler", daemon=True).start()


def kill_replica(scene: Scene) -> None:
    """End every replica of the shop's database; the next run has them back."""
    door_of(scene)
    running = scene.stack.status().items()
    replicas = [name for name, one in running if one.running and one.info.kind == "replica"]
    if not replicas:
        raise Unfit("no_replica")
    for name in replicas:
        scene.stack.stop(name, grace=0)


KNOWN: dict[str, Callable[[Scene], None]] = {
    "empty_cache": empty_cache,
    "crawler": send_crawler,
    "kill_replica": kill_replica,
}


def waiting(messages: Iterable[RoomMessage]) -> list[RoomMessage]:
    """Return the incidents among *messages* of which nothing became yet."""
    return [message for message in messages if message.state == WAITING]


class Incidents:
    """What is to happen, one after the other, and what became of it."""

    def __init__(self, scene: Scene, *, wall: Callable[[], float] = time.time) -> None:
        self._scene, self._wall = scene, wall
        self._since: dict[str, float] = {}
        """By the id of a message, since when it waits; by a clock that does not sleep."""

    def refuse(self, messages: list[RoomMessage], reason: str) -> None:
        """Let none of *messages* happen."""
        for message in messages:
            self._note(message, REFUSED, reason)

    def go_on(self, messages: Iterable[RoomMessage]) -> None:
        """Let happen what waits of *messages*, unless something is measured."""
        pending = waiting(messages)
        is_busy = bool(pending) and self._scene.is_busy()
        for message in pending:
            self._meet(message, is_busy=is_busy)

    def _meet(self, message: RoomMessage, *, is_busy: bool) -> None:
        now = self._wall()
        if now - self._since.setdefault(str(message.id), now) > PATIENCE:
            self._note(message, REFUSED, "busy" if is_busy else MISSED)
        elif not is_busy:
            self._let_happen(message)

    def _let_happen(self, message: RoomMessage) -> None:
        try:
            begin = KNOWN.get(message.incident)
            if begin is None:
                raise Unfit("unknown")
            begin(self._scene)
        except Unfit as unfit:
            self._note(message, REFUSED, str(unfit))
        except (TutorError, OSError) as error:
            log.note(f"The incident {message.incident} could not happen.", error)
            self._note(message, REFUSED, "no_shop")
        else:
            self._note(message, BEGUN, "")

    def _note(self, message: RoomMessage, state: str, reason: str) -> None:
        with inbox_file().change() as inbox:
            kept = inbox.find(message.id)
            if kept is not None:
                kept.state, kept.reason, kept.level = state, reason, self._scene.level()
                # What it came to is news, whatever was seen of it before.
                kept.is_shown = False
            if state == BEGUN:
                inbox.open_incidents[str(message.id)] = time.time()
        Reporter().incident(message.id, state)
