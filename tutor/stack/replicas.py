"""The replicas of a stack's PostgreSQL: made, followed, mended, let go.

They hold every database of the stack, so all shops share them. Each begins with a new copy of the
data, which lies where temporary files go: nothing of it is left when the stack has ended.
"""

import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError
from tutor.base.locks import if_free, locked
from tutor.machine.disk import check_room
from tutor.machine.processes import children_of, send_signal, stands_still
from tutor.machine.slowdown import slowdown
from tutor.machine.status import ServiceStatus
from tutor.stack.plan import StackPlan
from tutor.stack.services.postgres import Postgres
from tutor.stack.services.replica import Replica
from tutor.stack.stack import Stack
from tutor.stack.starting import Emit, start_service

ROOM = 120
"""Megabytes on the disk that a copy of the data may take."""
COPY_TIMEOUT = 60.0
"""Seconds in which the data are copied."""
CATCH_UP_TIMEOUT = 20.0
"""Seconds in which a replica that nobody holds has what the first server has."""
POLL = 0.003
STATE = """
SELECT pg_is_in_recovery(), pg_is_in_recovery() AND pg_is_wal_replay_paused(),
       EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming')
"""
HAS = """
SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= %s::pg_lsn,
       pg_is_in_recovery() AND pg_is_wal_replay_paused()
"""


Ask = Callable[[str, Sequence[Any]], Sequence[tuple[Any, ...]]]
"""Asks a server, and returns the rows."""


class Replicas:
    """The replicas of one stack, as one tutor knows them."""

    def __init__(self, stack: Stack, primary: Postgres) -> None:
        self.stack = stack
        self.primary = primary
        self._hold: ExitStack | None = None
        self._plan: StackPlan | None = None
        """The plan with the most replicas that were needed so far."""
        self._ports: dict[str, int] = {}
        """The port that each was seen on: whoever was told stays right when it is made anew."""

    # -- which there are ---------------------------------------------------------------------------

    def running(self) -> dict[str, Replica]:
        """Return the replicas that run, by their name in ``stack.toml``."""
        status = self._status()
        self._ports |= {name: s.info.port for name, s in status.items()}
        return {name: self._replica(name, s.info.server, s.info.port) for name, s in status.items()}

    def ports(self, titles: tuple[str, ...]) -> dict[str, int]:
        """Return the port of each of *titles* that runs."""
        running = self.running() if titles else {}
        return {title: running[title].port for title in titles if title in running}

    def awake(self) -> list[Replica]:
        """Return the replicas that run and do not stand still: those would have us wait."""
        running = self.running().values()
        return [one for one in running if not stands_still(self.pids(one.title))]

    def _status(self) -> dict[str, ServiceStatus]:
        found = sorted(self.stack.status().items())
        return {name: s for name, s in found if s.info.kind == Replica.kind and s.running}

    def _replica(self, title: str, server: str, port: int) -> Replica:
        folder = self.stack.placement.temporary(server) / title
        log = self.stack.log(title)
        return Replica(self.primary, folder, log, title=title, server=server, port=port)

    # -- bringing them up --------------------------------------------------------------------------

    def need(self, plan: StackPlan, emit: Emit, cancel: Cancel) -> None:
        """Have each replica of *plan* run and follow; what a killed run did to one is mended.

        Raises:
            TutorError: one does not start.
        """
        if not plan.replicas:
            return
        if self._plan is None or len(plan.replicas) >= len(self._plan.replicas):
            self._plan = plan
        with (
            locked(self.stack.folder / "replicas.lock", cancel),
            self._holding_if_free() as is_free,
        ):
            self.primary.tell_replicated(replicated=True)
            for title in plan.replicas:
                if is_free:
                    self._have(title, plan, emit, cancel)
                else:
                    # Another run holds them: what it has paused or ended is its own affair.
                    self._await_running(title, cancel)

    def restore(self, cancel: Cancel) -> None:
        """Undo what was done to those that were needed, and let go of them."""
        if self._hold is not None and self._plan is not None:
            try:
                self.need(self._plan, lambda event: None, cancel)
            finally:
                self.let_go()

    def _have(self, title: str, plan: StackPlan, emit: Emit, cancel: Cancel) -> None:
        running = self.running()
        if title not in running or not self._mend(running[title], cancel):
            self._make(title, plan, emit, cancel)

    def _await_running(self, title: str, cancel: Cancel) -> None:
        deadline = time.monotonic() + CATCH_UP_TIMEOUT
        while title not in self.running():
            if time.monotonic() > deadline:
                raise TutorError.named("replica_behind", hint="see_log", service=title)
            cancel.wait(0.05)

    def _mend(self, replica: Replica, cancel: Cancel) -> bool:
        """Return whether *replica* follows, and let it, where it was told to wait."""
        if stands_still(self.pids(replica.title)):
            return False
        import psycopg

        with suppress(psycopg.Error), closing(replica.connect("postgres")) as connection:
            deadline = time.monotonic() + CATCH_UP_TIMEOUT
            while time.monotonic() < deadline:
                follows, is_paused, is_streaming = connection.execute(STATE).fetchone()
                if not follows:
                    return False
                if is_paused:
                    connection.execute("SELECT pg_wal_replay_resume()")
                elif is_streaming:
                    return True
                cancel.wait(POLL)
        return False

    def _make(self, title: str, plan: StackPlan, emit: Emit, cancel: Cancel) -> None:
        """Copy the data and start the replica *title* on them."""
        stack = self.stack
        self.end(title)
        check_room(stack.folder, ROOM)
        wanted = plan.of(title).get("port", 0)
        port = self._ports.get(title) or stack.placement.port(wanted, title)
        replica = self._replica(title, plan.server_of(title), port)
        self.copy(replica, cancel)
        start_service(stack, replica, emit, cancel)
        self.await_following(replica, cancel)

    def copy(self, replica: Replica, cancel: Cancel) -> None:
        """Give *replica*, which does not run, a new copy of the data."""
        replica.prepare_copy()
        self.stack.run(replica.copy_command(), cancel, timeout=COPY_TIMEOUT * slowdown())

    def start(self, replica: Replica, cancel: Cancel) -> None:
        """Start *replica* again on the data it has, and wait until it follows."""
        self.stack.start(replica, cancel)
        self.await_following(replica, cancel)
        self._mark_place(replica, cancel)

    def _mark_place(self, replica: Replica, cancel: Cancel) -> None:
        """Have *replica* go on from here when it is killed and started once more.

        By itself it marks its place every five minutes, and a run kills it sooner: each start went
        through all that was written since the copy was made, in the end for half a minute.
        """
        with closing(self.primary.connect("postgres")) as connection:
            connection.execute("CHECKPOINT")
        self.catch_up(replica, cancel)
        with closing(replica.connect("postgres")) as connection:
            connection.execute("CHECKPOINT")

    def move(self, replica: Replica, server: str, cancel: Cancel) -> None:
        """Start *replica* anew on *server*, with a new copy of the data."""
        self.end(replica.title)
        moved = self._replica(replica.title, server, replica.port)
        self.copy(moved, cancel)
        self.start(moved, cancel)

    def await_following(self, replica: Replica, cancel: Cancel) -> None:
        """Wait until *replica* is connected to the first server and has what that has.

        Raises:
            TutorError: it does not come so far.
        """
        deadline = time.monotonic() + CATCH_UP_TIMEOUT * slowdown()
        with closing(replica.connect("postgres")) as connection:
            while not connection.execute(STATE).fetchone()[2]:
                self._check(replica, deadline)
                cancel.wait(POLL)
        self.catch_up(replica, cancel)

    # -- following ---------------------------------------------------------------------------------

    def catch_up(
        self, replica: Replica, cancel: Cancel, ask: Ask | None = None, lsn: str = ""
    ) -> None:
        """Wait until *replica* has all that was committed until now, or until *lsn*.

        Who has a session there already lends it: *ask* is how.

        Raises:
            TutorError: it does not come so far.
        """
        if ask is None:
            with closing(replica.connect("postgres")) as connection:
                self.catch_up(replica, cancel, _asking(connection), lsn or self.written())
            return
        deadline = time.monotonic() + CATCH_UP_TIMEOUT * slowdown()
        while True:
            ((has_it, is_paused),) = ask(HAS, [lsn])
            if has_it:
                return
            if is_paused:
                raise TutorError.named("replica_paused", hint="see_log", service=replica.title)
            self._check(replica, deadline)
            cancel.wait(POLL)

    def written(self) -> str:
        """Return how far the first server has written (its LSN), all commits until now included."""
        with closing(self.primary.connect("postgres")) as connection:
            return written_by(_asking(connection))

    def catch_up_all(self, cancel: Cancel) -> None:
        """Wait until every replica has all that was committed until now.

        Those that another run holds at this moment get it when that lets go.

        Raises:
            TutorError: one does not come so far, as one that is paused.
        """
        running = self.running()
        if not running:
            return
        with self._holding_if_free() as is_free:
            for replica in running.values() if is_free else ():
                if stands_still(self.pids(replica.title)):
                    raise TutorError.named("replica_paused", hint="see_log", service=replica.title)
                self.catch_up(replica, cancel)

    def _check(self, replica: Replica, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise TutorError.named("replica_behind", hint="see_log", service=replica.title)

    # -- who may pause and end them ----------------------------------------------------------------

    def hold(self, cancel: Cancel) -> None:
        """Have them to ourselves until :meth:`let_go`, or until we die: nobody else mends them."""
        if self._hold is None:
            held = ExitStack()
            held.enter_context(locked(self._hold_file(), cancel))
            self._hold = held

    def let_go(self) -> None:
        """Let others mend them again."""
        if self._hold is not None:
            self._hold.close()
            self._hold = None

    @contextmanager
    def _holding_if_free(self) -> Iterator[bool]:
        """Hold them for the block, and say whether we do: not where another one does."""
        if self._hold is not None:
            yield True
            return
        with if_free(self._hold_file()) as ours:
            yield ours is not None

    def _hold_file(self) -> Path:
        return self.stack.folder / "replicas_held.lock"

    # -- the end -----------------------------------------------------------------------------------

    def pids(self, title: str) -> list[int]:
        """Return every process of the replica *title*."""
        return self.stack.pids(title)

    def all_pids(self) -> list[int]:
        """Return every process of every replica."""
        masters = [status.pid for status in self._status().values()]
        return [pid for master in masters for pid in (master, *children_of(master))]

    def kill(self, title: str) -> None:
        """End the replica *title* with all its processes, those that stand still included."""
        send_signal(self.pids(title), signal.SIGKILL)
        self.stack.stop(title, grace=0)

    def end(self, title: str) -> None:
        """End the replica *title* and remove its data; there may be none."""
        status = self.stack.status()
        if title in status:
            server = status[title].info.server
            self.kill(title)
            shutil.rmtree(self._replica(title, server, 0).folder, ignore_errors=True)

    def end_all(self) -> None:
        """End every replica, and tell the first server nothing of it: it may not even run."""
        for title, status in self.stack.status().items():
            if status.info.kind == Replica.kind:
                self.end(title)

    def leave_only(self, plan: StackPlan) -> None:
        """End those that *plan* does not name, if no shop is up that may be using them."""
        status = self.stack.status()
        if any(s.running and s.info.site for s in status.values()):
            return
        for title, service in status.items():
            if service.info.kind == Replica.kind and title not in plan.replicas:
                self.end(title)
        if not plan.replicas:
            self.primary.tell_replicated(replicated=False)


def written_by(ask: Ask) -> str:
    """Return how far the server that *ask* asks has written, all commits until now included."""
    # What others committed without waiting for it is written with a commit of our own.
    ask("SELECT pg_logical_emit_message(true, 'levelup', '')", ())
    return str(ask("SELECT pg_current_wal_flush_lsn()", ())[0][0])


def _asking(connection: Any) -> Ask:
    def ask(query: str, params: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
        rows: Sequence[tuple[Any, ...]] = connection.execute(query, params or None).fetchall()
        return rows

    return ask
