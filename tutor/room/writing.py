"""All that waits to be written, in one transaction; and what is new in the database by it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction

from tutor.room.batch import Batch, Join, Told
from tutor.room.news import News, news
from tutor.room.state import RoomState
from tutor.room.store import turn

OfSeat = Join | Told
Change = OfSeat | Callable[[], Any]
"""What a seat asks for, or anything else that is done to the database."""


def done_and_news(
    after: int, rooms: Mapping[int, RoomState], changes: Sequence[Change]
) -> tuple[list[Any], News]:
    """Make *changes* to the database, of which all up to the event *after* is in *rooms*.

    They are written to the disk at once: a disk takes longer for each time than for each event.

    Returns:
        What each returned or raised, and what is new.

    Raises:
        IntegrityError: another process was quicker, and nothing is kept.
        DatabaseError: the connection broke, and nothing is kept of what went well before that.
    """
    batch = Batch(rooms)
    decided = {n: batch.decide(one) for n, one in enumerate(changes) if isinstance(one, OfSeat)}
    acts = {n: one for n, one in enumerate(changes) if not isinstance(one, OfSeat)}
    if not acts:
        batch.write()
        return [*decided.values()], _news_of(batch, after)
    with turn():
        batch.write()
        done = {n: _result(act) for n, act in acts.items()}
        if transaction.get_rollback():
            # Django would undo all of it without a word.
            raise DatabaseError("The connection broke while several seats were written.")
    return [(decided | done)[n] for n in range(len(changes))], news(after, whole=False)


def _news_of(batch: Batch, after: int) -> News:
    if batch.follows(after):
        return News(batch.facts, None, set(), batch.tokens, {})
    return news(after, whole=False)


def _result(act: Callable[[], Any]) -> Any:
    try:
        return _twice(act)
    except Exception as error:  # noqa: BLE001 - whoever asked for it gets it
        return error


def _twice(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except IntegrityError:
        # Another process wrote the same number; the second time it is counted in.
        return act()
