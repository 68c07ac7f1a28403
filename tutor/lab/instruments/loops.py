"""Whether a page has PostgreSQL loop over what it shows, inside, where no statement is logged.

Of what runs inside a function PostgreSQL counts the calls and the scans of tables, and publishes
them when the connection that caused them ends. So they are counted in the shop that answers
visitors, whose web server is started anew after each page: somewhere else it might do otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tutor.lab.instruments.context import Context
from tutor.machine.ports import connected_from
from tutor.stack.services.postgres import ROLE

if TYPE_CHECKING:
    from tutor.lab.shop import Ask

BLOCK = "DO"
"""How PostgreSQL calls a block of code without a name."""
COMMENTS = r"\s*(?:/\*.*?\*/\s*|--[^\n]*\s+)*"
CODE = re.compile(
    COMMENTS + r"(?:DO\b|CREATE\b[^(]*?\b(?:FUNCTION|PROCEDURE|AGGREGATE)\s+([\w.\"]+))",
    re.IGNORECASE | re.DOTALL,
)
"""A statement that hands PostgreSQL code of its own, with its name where it has one."""
RUNS_TEXT = (
    r"\m((query|cursor)_to_xml(schema|_and_xmlschema)?"
    r"|(table|schema|database)_to_xml(_and_xmlschema)?|ts_stat|ts_rewrite)\M"
)
"""PostgreSQL's own functions that run statements that they are given as text."""
RUNS_TEXT_HERE = re.compile(RUNS_TEXT.replace(r"\m", r"\b").replace(r"\M", r"\b"), re.IGNORECASE)
WRITES = re.compile(
    COMMENTS + r"(?:INSERT|UPDATE|DELETE|MERGE|COPY|WITH)\b", re.IGNORECASE | re.DOTALL
)
"""A statement that may set off a trigger."""
SESSIONS = """
SELECT pid, CASE WHEN client_addr <<= '127.0.0.0/8' THEN client_port END FROM pg_stat_activity
 WHERE datname = current_database() AND usename = %s ORDER BY pid
"""
"""Each session of the shop, and the port of this machine that it was opened from."""
CONNECTED = ("gunicorn", "pgbouncer")
"""Services that hold the connections over which pages ask."""
HANGS_UP = 5.0
"""Seconds in which the connections of a web server that was ended are gone."""


@dataclass(frozen=True, slots=True)
class Loop:
    """Work inside PostgreSQL that grows with what a page shows."""

    function: str
    calls: int
    """How often functions ran for one page."""
    scans: int
    """How many scans of tables that took."""


class Loops:
    """Looks for loops inside PostgreSQL, behind the page at *path* that sent these *texts*."""

    def __init__(self, lab: Context, path: str, texts: Iterable[str]) -> None:
        self._lab = lab
        self._path = path
        texts = list(texts)
        # A trigger that no page sets off costs no page anything.
        self._triggers = any(WRITES.match(text) for text in texts)
        self._handed = handed_over(texts)
        sealed = lab.shop.uncounted_functions(RUNS_TEXT)
        self._sealed = [name for name in sealed if any(_names(name, text) for text in texts)]
        self._functions = lab.shop.functions(triggers=self._triggers)

    def find(self, grown: Callable[[], AbstractContextManager[Any]], more: int) -> Loop | None:
        """Return the loop behind the page; None where there is none.

        While *grown* is entered, the page shows so many products *more*.
        """
        uncounted = [*self._handed, *self._sealed]
        if not uncounted and not self._functions:
            return None
        calls, few = self._cost()
        with grown():
            _, many = self._cost()
        if many - few < more / 2 or not (calls or uncounted):
            return None
        function = self._functions[0] if calls and self._functions else uncounted[0]
        return Loop(function, calls or 1, few)

    def _cost(self) -> tuple[int, int]:
        """Return the function calls and the table scans of one page."""
        self._publish()
        calls, scans = self._counted()
        self._lab.shop.empty_caches()
        self._lab.shop.page(self._path)
        self._publish()
        more_calls, more_scans = self._counted()
        return more_calls - calls, more_scans - scans

    def _publish(self) -> None:
        """Have PostgreSQL publish what the shop's pages cost so far."""
        shop = self._lab.shop
        connected = [title for title in CONNECTED if title in shop.services]
        for title in connected:
            shop.stop_service(title)
        self._await_hanging_up()
        for title in reversed(connected):
            shop.restart_service(title)

    def _await_hanging_up(self) -> None:
        """Wait until no session of the shop ends any more; workers of Celery keep theirs."""
        before: list[Any] = []

        def are_still() -> bool:
            nonlocal before
            last, before = before, [row for ask in self._servers() for row in ask(SESSIONS, [ROLE])]
            # On a busy machine nothing changes for a while before the first one ends.
            callers = connected_from()
            is_known = callers is None or all(p is None or p in callers for _, p in before)
            return is_known and before == last

        self._lab.wait_until(are_still, timeout=HANGS_UP, every=0.1)

    def _counted(self) -> tuple[int, int]:
        shop = self._lab.shop
        calls = scans = 0
        for ask in self._servers():
            calls += shop.function_calls(triggers=self._triggers, ask=ask)
            scans += shop.scans(ask=ask)
        return calls, scans

    def _servers(self) -> list[Ask]:
        """Return who asks each server on which the shop's database is."""
        return [self._lab.shop.sql, *(standby.sql for standby in self._lab.standbys())]


def handed_over(texts: Iterable[str]) -> list[str]:
    """Return the names of the code that *texts* hand to PostgreSQL to run."""
    found = []
    for text in texts:
        if code := CODE.match(text):
            found.append((code[1] or BLOCK).strip('"'))
        elif runs := RUNS_TEXT_HERE.search(text):
            found.append(runs[0])
    return found


def _names(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
