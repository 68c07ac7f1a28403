"""Sessions of our own in a shop's database that are kept from one question to the next."""

import weakref
from collections.abc import Callable, Sequence
from typing import Any

from tutor.lab.own_connection import Rows, rows_of


class KeptSessions:
    """Asks as superuser over a session that stays; who asks meanwhile gets another one.

    A session of its own for each question would cost PostgreSQL a process, hundreds of times in a
    quick check.
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._idle: list[Any] = []
        self._is_over = False
        # Whoever forgets a shop leaves no session behind.
        weakref.finalize(self, _close_all, self._idle)

    def ask(self, query: str, params: Sequence[Any]) -> Rows:
        """Return the rows of *query*."""
        import psycopg

        while (session := _last_of(self._idle)) is not None:
            try:
                return self._over(session, query, params)
            except psycopg.OperationalError:
                # PostgreSQL may have been started anew since: that is no answer.
                if not session.broken:
                    raise
        return self._over(self._new(), query, params)

    def close(self) -> None:
        """End them; whoever asks from here on has a session for one question."""
        self._is_over = True
        _close_all(self._idle)

    def _new(self) -> Any:
        session = self._connect()
        # What was prepared knows a table as it was before somebody changed it.
        session.prepare_threshold = None
        return session

    def _over(self, session: Any, query: str, params: Sequence[Any]) -> Rows:
        """Ask over *session*, and keep it for whoever asks next."""
        try:
            return rows_of(session, query, params)
        finally:
            if self._is_over or session.closed:
                session.close()
            else:
                self._idle.append(session)


def _last_of(sessions: list[Any]) -> Any:
    """Take the last of *sessions*, which others may be taking too; None where there is none."""
    try:
        return sessions.pop()
    except IndexError:
        return None


def _close_all(sessions: list[Any]) -> None:
    while (session := _last_of(sessions)) is not None:
        session.close()
