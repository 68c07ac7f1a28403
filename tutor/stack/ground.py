"""What every shop of a stack stands on: PostgreSQL with the seeded data."""

import json
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError
from tutor.base.files import cannot_write, write_json
from tutor.base.locks import locked
from tutor.curriculum import Machine
from tutor.curriculum.compose import materialise
from tutor.events import Repaired
from tutor.machine.disk import check_room
from tutor.machine.ports import is_answering
from tutor.machine.processes import children_of
from tutor.machine.shares import Share
from tutor.stack.databases import Databases, seed_key
from tutor.stack.full_disk import blaming_the_disk
from tutor.stack.naming import SITE
from tutor.stack.pair import sweep
from tutor.stack.plan import StackPlan
from tutor.stack.replicas import Replicas
from tutor.stack.services.kinds import check_programs
from tutor.stack.services.postgres import ROLE, Postgres
from tutor.stack.stack import ServiceFailed, Stack, new_password
from tutor.stack.starting import Emit, start_service

GUESTS = """
SELECT pid FROM pg_stat_activity
 WHERE usename = %s AND datname !~ '^run_' AND state = 'idle'
"""
"""Sessions of a shop that is of no run, and that has nothing to ask."""
MOVES = 10
"""How often we look whether all of PostgreSQL was moved."""
RELOAD_TIMEOUT = 10.0
"""Seconds in which a shop's workers are replaced."""
ROOM_FIRST, ROOM_LATER = 250, 50
"""Megabytes on the disk without which there is no use in starting."""


class Ground:
    """A running PostgreSQL, its databases and its replicas."""

    def __init__(self, stack: Stack, postgres: Postgres, databases: Databases, seed: str) -> None:
        self.stack = stack
        self.postgres = postgres
        self.databases = databases
        self.replicas = databases.replicas
        self.seed = seed
        """The name of the seeded database that runs are cloned from."""

    def postgres_pids(self) -> list[int]:
        """Return every process of PostgreSQL; a replica's are asked of :attr:`replicas`."""
        return self.stack.pids(self.postgres.name)

    def put(self, name: str, server: str, share: Share, cancel: Cancel) -> None:
        """Have PostgreSQL, or one of its replicas, run on *server*.

        It is moved, or started anew where processes stay put.
        """
        stack = self.stack
        if not stack.placement.confines:
            self._move(name, share)
        elif stack.server_of(name) != server:
            self._start_elsewhere(name, server, cancel)
            self._reconnect()

    def _start_elsewhere(self, name: str, server: str, cancel: Cancel) -> None:
        if name in (running := self.replicas.running()):
            self.replicas.move(running[name], server, cancel)
            return
        self.stack.stop(name)
        self.postgres.server = server
        self.stack.start(self.postgres, cancel)

    def _move(self, name: str, share: Share) -> None:
        """Move all processes of *name* onto *share*.

        A backend that was forked after we had listed them, and before their parent was moved,
        is where its parent was: so we look again.

        Raises:
            TutorError: some of it cannot be moved.
        """
        for _ in range(MOVES):
            outside = [pid for pid in self.stack.pids(name) if not share.has(pid)]
            if not outside:
                return
            share.move(outside)
        raise TutorError.named("postgres_not_moved", hint="not_yours", server=share.server)

    def see_guests_out(self) -> None:
        """End the connections that the shop in the browser holds, and nobody uses there.

        There are only so many, and a run may need every one. Its workers begin anew: they would not
        notice that a connection is gone. A pool asks for another one by itself.
        """
        with self.postgres.connect("postgres") as connection:
            if connection.execute(GUESTS, [ROLE]).fetchall():
                self._reconnect(f"gunicorn-{SITE}")
                for (pid,) in connection.execute(GUESTS, [ROLE]).fetchall():
                    connection.execute("SELECT pg_terminate_backend(%s)", [pid])

    def _reconnect(self, only: str = "") -> None:
        """Have every shop that runs begin anew, without the connections it lost."""
        reloading = {}
        for name, service in self.stack.status().items():
            if service.running and service.info.kind == "gunicorn" and only in ("", name):
                reloading[name] = (service, set(children_of(service.pid)))
                self.stack.signal(name, signal.SIGHUP)
        deadline = time.monotonic() + RELOAD_TIMEOUT
        for service, old in reloading.values():
            while old & set(children_of(service.pid)) and time.monotonic() < deadline:
                time.sleep(0.02)
            is_answering(service.info.port, "/health/")


def prepare_ground(
    stack: Stack,
    plan: StackPlan,
    files: Mapping[str, Path],
    emit: Emit,
    cancel: Cancel,
    machine: Machine | None = None,
) -> Ground:
    """Bring the stack up and return its ground, seeded for the shop made of *files*.

    What already runs stays up, unless the level's *machine* asks for another PostgreSQL.
    The first time makes the data directory and the seed.

    Raises:
        TutorError: a program is missing, PostgreSQL does not start, the disk is full.
    """
    # Before the seed takes its seconds.
    check_programs(plan.services)
    stack.up()
    with (
        locked(stack.folder / "ground.lock", cancel),
        blaming_the_disk(stack.folder, ROOM_LATER),
    ):
        known = (stack.folder / "secrets.json").is_file()
        secrets = _secrets(stack.folder / "secrets.json")
        status = stack.status_of("postgres")
        limit = (machine or Machine()).max_connections
        port = status.info.port if status.running else 0
        if port and status.info.max_connections != limit:
            stack.stop("postgres")
            port = 0
        fixed_port = plan.of("postgres").get("port", 0)
        postgres = Postgres(
            stack.folder / "postgres",
            stack.base_env(),
            server=plan.server_of("postgres"),
            port=port or stack.placement.port(fixed_port, "postgres"),
            password=secrets["superuser"],
            max_connections=limit,
            listen=stack.placement.listen,
        )
        replicas = Replicas(stack, postgres)
        databases = Databases(stack, postgres, secrets["role"], replicas)
        if not port:
            # What they follow will be another server than the one they know.
            replicas.end_all()
            if not known:
                # Data behind a password that is lost is no use.
                postgres.forget()
            _start(stack, postgres, emit, cancel)
            databases.drop_runs()
            postgres.remove_unfinished()
        databases.prepare_role()
        seeded = _seed(stack, databases, files, cancel)
        sweep(stack)
        replicas.leave_only(plan)
        replicas.need(plan, emit, cancel)
    ground = Ground(stack, postgres, databases, seeded)
    # A run that was killed may have left PostgreSQL on one of its servers.
    stack.placement.let_go([*ground.postgres_pids(), *replicas.all_pids()])
    return ground


def _start(stack: Stack, postgres: Postgres, emit: Emit, cancel: Cancel) -> None:
    """Start PostgreSQL on its data; data that it refuses are made anew, once."""
    check_room(stack.folder, ROOM_LATER if postgres.is_initialised else ROOM_FIRST)
    if postgres.is_broken:
        emit(Repaired("postgres_made_anew", {}))
    fresh = _init(stack, postgres, cancel)
    try:
        with blaming_the_disk(stack.folder, ROOM_LATER):
            start_service(stack, postgres, emit, cancel)
    except ServiceFailed as error:
        if fresh or error.code is None or "could not bind" in error.log_tail:
            raise
        emit(Repaired("postgres_made_anew", {}))
        postgres.forget()
        _init(stack, postgres, cancel)
        start_service(stack, postgres, emit, cancel)


def _init(stack: Stack, postgres: Postgres, cancel: Cancel) -> bool:
    """Make the data directory where there is none; return whether it was made."""
    try:
        if postgres.is_initialised:
            postgres.clear_statements()
            postgres.write_access()
            return False
        postgres.prepare_init()
        with blaming_the_disk(stack.folder, ROOM_LATER):
            stack.run(postgres.init_command(), cancel, timeout=120)
        postgres.finish_init()
    except OSError as error:
        raise cannot_write(Path(error.filename or postgres.folder), error) from error
    finally:
        if not postgres.is_initialised:
            with suppress(OSError):
                postgres.remove_data()
    return True


def _seed(stack: Stack, databases: Databases, files: Mapping[str, Path], cancel: Cancel) -> str:
    """Return the seeded database for these shop files."""
    key = seed_key(files)
    if found := databases.find_seeded(key):
        return found
    folder = stack.folder / "shops" / "seed"
    materialise(files, folder)
    return databases.ensure_seeded(key, folder, cancel)


def _secrets(path: Path) -> dict[str, Any]:
    """Return this stack's passwords, made once."""
    if not path.is_file():
        write_json(path, {"superuser": new_password(), "role": new_password()}, mode=0o600)
    try:
        secrets: dict[str, Any] = json.loads(path.read_text())
    except ValueError as error:
        raise TutorError.named(
            "cannot_read", hint="delete_folder", where=path, reason=error, folder=path.parent
        ) from error
    return secrets
