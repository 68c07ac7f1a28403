"""Rolling a release out: its migrations one at a time, with people in the database meanwhile."""

import json
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from tutor.base.cancel import Cancel
from tutor.base.errors import ShopError
from tutor.catalogue.words import BEHIND
from tutor.lab.instruments.release.gate import AT_THE_GATE, GATE, INSIDE, MODELS, Gate
from tutor.lab.instruments.release.held_time import HeldTime
from tutor.lab.instruments.release.people import Accountant, Passersby
from tutor.lab.instruments.release.sandglass import goes_first
from tutor.lab.instruments.release.witness import Witness
from tutor.stack.blame import does_not_migrate
from tutor.stack.databases import Databases
from tutor.stack.lock_waits import LockSession, sessions_in
from tutor.stack.site import Site
from tutor.stack.stack import ServiceFailed

LOOK = 0.01
"""Seconds between two looks at who waits."""
UNKNOWN_PATIENCE = 3.0
"""Seconds for which somebody is waited for who keeps nobody waiting."""
PATIENCE_OF_HERS = 8.0
"""Seconds for which the accountant has her report open while a migration does nothing.

It may look who is there, or ask without waiting, until she has gone; nobody stands behind it.
"""
SLACK = 8.0
"""Seconds by which who said when it gives up may do so later: the machine may be busy."""
MOST_RUNS = 40
"""How often a release is begun again at most: more than any has migrations to be refused."""
MOST_REFUSALS = 5
"""How often one of them may give up: the second time somebody else was in its way by accident."""
GAVE_UP = ("lock timeout", "LockNotAvailable", "statement timeout", "QueryCanceled")
"""What the last words of a migration are that waited long enough."""
SPOKEN = ("ALTER ", "CREATE ", "DROP ", "REINDEX ")
"""Statements that say of themselves when they give up."""
SILENT = ("LOCK ", "TRUNCATE", "VACUUM", "CLUSTER")
"""Statements that do not, whatever others of the same message say."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A migration that had to wait for the accountant, and who came by meanwhile."""

    migration: str
    statement: str
    wants: str
    """The lock it asked for."""
    patience: int | None
    """Milliseconds after which it gives up; 0 for never, None where it does not say."""
    outlasted: bool
    """Whether it did not say, and still stood there when its time was up."""
    stuck: tuple[str, ...]
    """The visitors who had to wait behind it."""
    queue: tuple[LockSession, ...]
    """Everybody in the queue, at that moment."""

    def gives_up_within(self, milliseconds: int) -> bool:
        """Return whether it waits no longer than so many *milliseconds*."""
        if self.patience is None:
            return not self.outlasted
        return 0 < self.patience <= milliseconds

    @property
    def chain(self) -> str:
        """The queue in one line, its head first."""
        said = []
        for session in self.queue:
            lock = session.wants.removesuffix("Lock")
            said.append(f"{session.name} ({lock})" if lock else session.name)
        return BEHIND.join(said)


@dataclass
class RolledOut:
    """How a release went."""

    migrations: list[str] = field(default_factory=list)
    """Those that were applied, in order."""
    meetings: list[Meeting] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Those that gave up and had to be begun again, each time."""
    stuck: str = ""
    """The one that could not be begun again."""
    error: str = ""
    """Why not."""
    accountant_was_ended: bool = False
    models: dict[str, dict[str, tuple[str, bool]]] = field(default_factory=dict)
    """By table, of each field of the new code its column, and whether it may be null."""
    unmade: str = ""
    """What ``makemigrations`` would still write; nothing where models and migrations agree."""
    indexes: dict[str, list[list[str]]] = field(default_factory=dict)
    """By table, of each index that the new code's models have its columns."""
    unapplied: list[str] = field(default_factory=list)
    """Those that ``migrate`` left out although it ended as if all were well."""

    @property
    def changes(self) -> str:
        """What ``makemigrations`` would still write, in one line."""
        lines = (line.strip() for line in self.unmade.splitlines())
        return "; ".join(line for line in lines if line[:2] in ("+ ", "- ", "~ "))


class Rollout:
    """Applies the migrations of *site* to its database, as often as it takes."""

    def __init__(
        self,
        databases: Databases,
        site: Site,
        witness: Witness,
        people: tuple[Accountant, Passersby],
        cancel: Cancel,
        *,
        most_patience: int,
        linger: float = 0.0,
    ) -> None:
        self._databases = databases
        self._site = site
        self._witness = witness
        self._accountant, self._passersby = people
        self._cancel = cancel
        self._most_patience = most_patience
        self._linger = linger
        """Seconds that a queue which would not end stays there for people to look at."""
        self._result = RolledOut()
        self._met: set[str] = set()
        """Migrations that the accountant was in the way of already."""
        self._current = ""
        self._is_in_its_way = False
        """Whether the accountant sat there when the current migration began."""
        self._noted, self._noted_at = 0, 0.0
        """How much the witness had noted when, at the last look."""
        self._last_words = ""
        """Why the last migration that was begun again had failed."""
        self._watch: Any = None
        self._held = HeldTime()

    def play(self, before_each: Callable[[str], None], spared: Collection[str]) -> RolledOut:
        """Migrate; *before_each* is called before each migration, and at the end with no name.

        The accountant is in the way of each migration once, but for those that are *spared*.

        Raises:
            ShopError: a migration fails although nobody was in its way.
        """
        postgres, database = self._databases.postgres, self._site.database
        self._met |= set(spared)
        with (
            # Whatever happens, the gate is open before anybody waits for who waits at it.
            ThreadPoolExecutor(1) as pool,
            Gate(postgres, database) as gate,
            self._passersby,
            closing(postgres.connect(database)) as self._watch,
        ):
            try:
                for _ in range(MOST_RUNS):
                    done = pool.submit(self._migrate)
                    self._attend(done, gate, before_each)
                    if self._is_over(done):
                        break
            finally:
                self._leave()
        if not self._result.stuck:
            before_each("")
        return self._result

    def _migrate(self) -> str:
        """Run what migrates the shop, in its folder, to its end."""
        site, code = self._site, INSIDE.read_text(encoding="utf-8")
        env = {"LEVELUP_GATE": str(GATE), "PGAPPNAME": "migrate"}
        gate = AT_THE_GATE.read_text(encoding="utf-8")
        self._held = held = HeldTime()
        return self._databases.roll_out(
            code, site.folder, site.database, self._cancel, env, held.seconds, at_start=gate
        )

    def _attend(self, done: Future[str], gate: Gate, before_each: Callable[[str], None]) -> None:
        """Open the gate turn by turn, and look at who waits, until the process has ended."""
        while not done.done():
            self._cancel.check()
            if (asked := gate.waiting()) is not None:
                turn, migration = asked
                with self._held:
                    self._begin(migration, before_each)
                gate.open(turn)
            if waiter := self._who_waits():
                with self._held:
                    self._meet(waiter)
            elif self._accountant.pid and self._does_nothing():
                self._met.add(self._current)
                self._leave()
            self._cancel.wait(LOOK)

    def _begin(self, migration: str, before_each: Callable[[str], None]) -> None:
        if self._current and self._current != migration:
            self._result.migrations.append(self._current)
        before_each(migration)
        self._current = migration
        self._is_in_its_way = migration not in self._met
        if self._is_in_its_way:
            self._accountant.sit_down()
            self._noted, self._noted_at = self._witness.notes(self._watch), time.monotonic()
        else:
            self._leave()

    def _does_nothing(self) -> bool:
        """Return whether the witness has had nothing to note for a while."""
        if time.monotonic() < self._noted_at + PATIENCE_OF_HERS:
            return False
        before, self._noted = self._noted, self._witness.notes(self._watch)
        self._noted_at = time.monotonic()
        return before == self._noted

    def _leave(self) -> None:
        self._accountant.leave()
        self._result.accountant_was_ended |= self._accountant.was_ended

    def _who_waits(self) -> LockSession | None:
        """Return who waits for the accountant, and is none of those who come by."""
        if not (pid := self._accountant.pid):
            return None
        known = self._passersby.pids
        for session in sessions_in(self._watch):
            if pid in session.behind and session.pid not in known:
                return session
        return None

    def _meet(self, waiter: LockSession) -> None:
        """See who has to wait behind *waiter*, and whether it gives up; then let it through."""
        # Who asks for a table makes a queue at it; who waits for a snapshot is in nobody's way.
        patience, outlasted = self._patience_of(waiter), False
        self._passersby.come()
        queue = self._queue_behind(waiter)
        stuck = [self._passersby.pids[s.pid] for s in queue if s.pid in self._passersby.pids]
        if patience is None:
            outlasted = not self._gives_up_in_time(waiter)
            # Who went is told by how it was.
            stuck = stuck if outlasted else []
        elif not 0 < patience <= self._most_patience:
            if stuck:
                self._cancel.wait(self._linger)
        elif not self._gone_within(waiter, patience / 1000 + SLACK):
            patience = 0
        self._result.meetings.append(
            Meeting(
                self._current,
                waiter.statement,
                waiter.wants,
                patience,
                outlasted,
                tuple(stuck),
                tuple(queue),
            )
        )
        self._met.add(self._current)
        self._leave()
        self._passersby.finish()

    def _patience_of(self, waiter: LockSession) -> int | None:
        """Return after how long *waiter* gives up; None where it says nothing of it."""
        statement = waiter.statement.upper()
        if any(word in statement for word in SILENT):
            return None
        if not any(word in statement for word in SPOKEN):
            return None
        return self._witness.patience_of(self._watch, waiter.pid)

    def _gives_up_in_time(self, waiter: LockSession) -> bool:
        """Return whether *waiter*, who says nothing of it, goes before its time is up."""
        with closing(self._databases.postgres.connect(self._site.database)) as session:
            goes = goes_first(session, waiter, self._most_patience)
        return self._gone_within(waiter, UNKNOWN_PATIENCE) if goes is None else goes

    def _queue_behind(self, waiter: LockSession) -> list[LockSession]:
        """Return the queue, once each who came by has an answer or stands behind *waiter*."""
        queue: list[LockSession] = []
        for _ in range(round(UNKNOWN_PATIENCE / LOOK)):
            at_it = self._passersby.at_it
            sessions = sessions_in(self._watch)
            behind = [s for s in sessions if waiter.pid in s.behind]
            names = {self._passersby.pids.get(s.pid) for s in behind}
            queue = [s for s in sessions if s.pid in (self._accountant.pid, waiter.pid)] + behind
            if names >= set(at_it) or not any(s.pid == waiter.pid and s.behind for s in sessions):
                break
            self._cancel.wait(LOOK)
        return queue

    def _gone_within(self, waiter: LockSession, seconds: float) -> bool:
        """Return whether *waiter* waits no more within so many *seconds*."""
        for _ in range(round(seconds / LOOK)):
            waiting = {s.pid for s in sessions_in(self._watch) if s.is_waiting}
            if waiter.pid not in waiting:
                return True
            self._cancel.wait(LOOK)
        return False

    def _is_over(self, done: Future[str]) -> bool:
        """Return whether there is nothing to begin again.

        Raises:
            ShopError: it failed, and not because it had waited.
            TutorError: it failed, and the shop has nothing to do with it.
        """
        result = self._result
        try:
            said = done.result()
        except ServiceFailed as error:
            self._leave()
            if result.accountant_was_ended:
                # Whoever ends sessions may have ended the gate's as well.
                return True
            return not self._is_begun_again(error)
        self._note_models(said)
        if self._current:
            result.migrations.append(self._current)
        return True

    def _is_begun_again(self, error: ServiceFailed) -> bool:
        """Return whether what failed may have failed because of who was there.

        Whatever its last words are: when it has the table to itself, it fails for itself.

        Raises:
            ShopError: it did.
            TutorError: the shop has nothing to do with it.
        """
        result, fault = self._result, does_not_migrate(self._site, error)
        if not isinstance(fault, ShopError):
            raise fault from error
        why = str(fault.params.get("error", fault.message))
        times = result.refused.count(self._current)
        has_waited = any(word in why for word in GAVE_UP)
        was_kept_out = error.code is not None and self._is_in_its_way and bool(self._current)
        if (has_waited or was_kept_out) and times < MOST_REFUSALS:
            result.refused.append(self._current)
            self._met.add(self._current)
            self._last_words = why
            return True
        if not times or (why == self._last_words and not has_waited):
            raise fault from error
        result.stuck, result.error = self._current, why
        return False

    def _note_models(self, said: str) -> None:
        """Note what the process said of the models; a shop that ends it early says nothing."""
        lines = [line for line in said.splitlines() if line.startswith(MODELS)]
        if lines:
            told = json.loads(lines[-1].removeprefix(MODELS))
            self._result.unmade = told["unmade"]
            self._result.unapplied = told["unapplied"]
            self._result.indexes = told["indexes"]
            self._result.models = {
                table: {name: (column, null) for name, (column, null) in fields.items()}
                for table, fields in told["models"].items()
            }
