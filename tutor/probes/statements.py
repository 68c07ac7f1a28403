"""Count SQL statements as PostgreSQL sees them.

PostgreSQL logs every statement of the shop's role, whatever thread, driver or alias it came
through (``log_statement``; the role cannot change it).
``pg_stat_statements`` would be the usual choice; the PostgreSQL inside the wheel has no contrib
extensions.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tutor.base.errors import TutorError
from tutor.probes.pieces import pieces
from tutor.stack.services.postgres import ROLE, Postgres
from tutor.stack.site import Site

IDLE_TIMEOUT = 5.0
LOG_TIMEOUT = 5.0
MESSAGE = re.compile(r"(statement|execute [^:]*|fastpath function call): (.*)", re.DOTALL)
"""How a statement came, and what it was: as text, prepared under a name, or a bare function."""
SETUP = re.compile(
    r"\s*(?:(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|START|SET|SHOW|RESET|DISCARD|DEALLOCATE)\b"
    r"|SELECT\s+set_config\s*\((?:'(?:[^']|'')*'|[^'()])*\)[\s;]*\Z)",
    re.IGNORECASE,
)
"""Statements that manage the session or the transaction and fetch nothing.

A setting may be given a value; what works one out may fetch it from anywhere.
"""
LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
LIST = re.compile(r"\(\s*\?(?:\s*,\s*\?)*\s*\)")
CATALOGUE = re.compile(r"\bcatalog_\w+")
"""A statement that reads the catalogue names one of its tables."""
COLUMNS = 60
"""Characters before FROM from which a statement is cut there."""


@dataclass
class Statements:
    """The statements of the shop while they were counted."""

    texts: list[str] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)
    """By SQLSTATE, how often PostgreSQL said ERROR or FATAL to the shop meanwhile."""
    examples: dict[str, str] = field(default_factory=dict)
    """By SQLSTATE, the first such message."""

    @property
    def count(self) -> int:
        """Return how many statements there were."""
        return len(self.texts)

    @property
    def about_the_catalogue(self) -> int:
        """How many of them read the catalogue."""
        return sum(bool(CATALOGUE.search(text)) for text in self.texts)

    def most_repeated(self) -> tuple[str, int]:
        """Return the statement that came most often, without its values, and how often."""
        counted = Counter(shape_of(text) for text in self.texts)
        return counted.most_common(1)[0] if counted else ("", 0)

    def add(self, others: Statements) -> None:
        """Add what was counted elsewhere; of two examples of a problem the first stays."""
        self.texts += others.texts
        self.problems += others.problems
        self.examples = others.examples | self.examples


class StatementLog:
    """PostgreSQL's statement log."""

    def __init__(self, postgres: Postgres) -> None:
        self.postgres = postgres

    @contextlib.contextmanager
    def counting(self, database: str, application: str = "") -> Iterator[Statements]:
        """Count what the shop asks *database* during the block.

        With *application*, only what comes from the process that was given that name (PGAPPNAME).
        At its end the block waits until the shop's connections are idle, so that work handed to a
        thread is counted too.

        Raises:
            TutorError: the server went away meanwhile, or what it was asked cannot be known.
        """
        statements = Statements()
        with contextlib.closing(self.postgres.connect(database)) as connection:
            connection.execute("SET log_statement = 'all'")
            begin = self._mark(connection)
            yield statements
            with self._being_there():
                self._await_idle(connection, database)
                end = self._mark(connection)
        self._read(statements, begin, end, (database, application))

    @contextlib.contextmanager
    def _being_there(self) -> Iterator[None]:
        """Say which server it was that went away during the block."""
        import psycopg

        try:
            yield
        except psycopg.OperationalError as error:
            title, port = self.postgres.title, self.postgres.port
            raise TutorError.named(
                "lost_while_counting", hint="see_log", service=title, port=port
            ) from error

    def _file(self) -> Path:
        files = sorted(self.postgres.logs.glob("statements-*.json"))
        if not files:
            raise TutorError.named("no_statement_log")
        return files[-1]

    def _mark(self, connection: Any) -> tuple[int, int]:
        """Return the place in the log of a statement of our own: what came before lies before it.

        All backends write to one pipe, so the order of the log is the order of the events.
        """
        token = secrets.token_hex(8)
        path = self._file()
        start = path.stat().st_size
        connection.execute(f"SELECT 'levelup {token}'")
        needle = token.encode()
        deadline = time.monotonic() + LOG_TIMEOUT
        with path.open("rb") as file:
            data = b""
            file.seek(start)
            # The whole line: what is written in two parts may be read in two.
            while b"\n" not in data[data.find(needle) :] or needle not in data:
                if time.monotonic() > deadline:
                    raise TutorError.named("statement_log_stuck")
                time.sleep(0.002)
                data += file.read()
        at = data.index(needle)
        return start + data.rfind(b"\n", 0, at) + 1, start + data.index(b"\n", at) + 1

    def _await_idle(self, connection: Any, database: str) -> None:
        """Wait until the shop is through with the database.

        Raises:
            TutorError: it is not: what it asks after that is not counted, so nothing is known.
        """
        query = (
            "SELECT state, coalesce(wait_event, '-'), left(query, 120) FROM pg_stat_activity"
            " WHERE usename = %s AND datname = %s AND state <> 'idle' ORDER BY query_start"
        )
        deadline = time.monotonic() + IDLE_TIMEOUT
        while busy := connection.execute(query, [ROLE, database]).fetchall():
            if time.monotonic() > deadline:
                state, waits_for, statement = busy[0]
                raise TutorError.named(
                    "never_idle",
                    seconds=IDLE_TIMEOUT,
                    count=len(busy),
                    state=state,
                    waits_for=waits_for,
                    statement=" ".join(statement.split()),
                )
            time.sleep(0.005)

    def _read(
        self,
        statements: Statements,
        begin: tuple[int, int],
        end: tuple[int, int],
        source: tuple[str, str],
    ) -> None:
        database, application = source
        with self._file().open("rb") as file:
            file.seek(begin[1])
            data = file.read(end[0] - begin[1])
        for line in data.splitlines():
            record = json.loads(line)
            if record.get("user") != ROLE or record.get("dbname") != database:
                continue
            if application and record.get("application_name") != application:
                continue
            message = record.get("message", "")
            if record.get("error_severity") in ("ERROR", "FATAL"):
                code = record.get("state_code", "")
                statements.problems[code] += 1
                statements.examples.setdefault(code, message)
                continue
            statements.texts += told_by(message)


@contextlib.contextmanager
def all_of(
    countings: Iterable[contextlib.AbstractContextManager[Statements]],
) -> Iterator[Statements]:
    """Have all *countings* count during the block; at its end, what they counted is one."""
    together = Statements()
    with contextlib.ExitStack() as stack:
        parts = [stack.enter_context(counting) for counting in countings]
        yield together
    for part in parts:
        together.add(part)


@contextlib.contextmanager
def counting_everywhere(site: Site, application: str = "") -> Iterator[Statements]:
    """Count what *site* asks its database during the block, on whichever server: replicas, too.

    For *application* see :meth:`StatementLog.counting`.
    """

    def log_of(server: Postgres) -> contextlib.AbstractContextManager[Statements]:
        return StatementLog(server).counting(site.database, application)

    ground = site.ground
    replicas = [_if_it_answers(log_of(replica)) for replica in ground.replicas.awake()]
    with all_of([log_of(ground.postgres), *replicas]) as statements:
        yield statements


@contextlib.contextmanager
def _if_it_answers(
    counting: contextlib.AbstractContextManager[Statements],
) -> Iterator[Statements]:
    """Count during the block, and nothing where the server is dead or has no such database."""
    import psycopg

    with contextlib.ExitStack() as stack:
        statements = Statements()
        with contextlib.suppress(psycopg.OperationalError):
            statements = stack.enter_context(counting)
        yield statements


def told_by(message: str) -> list[str]:
    """Return the statements that fetch something, of those that a *message* of the log tells."""
    match = MESSAGE.fullmatch(message)
    if match is None:
        return []
    way, text = match.groups()
    if way == "statement":
        return fetching(text)
    # Prepared ones come one by one. The name is whatever the shop gave it, and may look like the
    # beginning of a statement that fetches nothing.
    return [] if SETUP.match(text) and ": " not in text else [text]


def fetching(text: str) -> list[str]:
    """Return the statements that fetch something, of those that came as one *text*."""
    return [piece for piece in pieces(text) if not SETUP.match(piece)]


def shape_of(statement: str) -> str:
    """Return *statement* without its values, so that repetitions look the same."""
    return LIST.sub("(?)", LITERAL.sub("?", " ".join(statement.split())))


def brief_of(statement: str) -> str:
    """Return *statement* with its columns cut: what matters is the table and the condition."""
    head, separator, rest = statement.partition(" FROM ")
    if not separator or len(head) < COLUMNS:
        return statement
    return f"{head[: COLUMNS - 3]}… FROM {rest}"
